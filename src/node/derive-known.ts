/** The claims that are there before rules say theirs: what was said, what was judged, what stands. */

import type { ClaimPayload } from "../core/claim/statement.ts";
import type { ClaimStatus } from "../core/claim/status.ts";
import { type OpId, type Place, placeOf } from "../core/op/operation.ts";
import type { Json } from "../core/ports.ts";
import type { SeenClaim } from "../derive/index.ts";
import type { Replica } from "./replica.ts";
import { ViewFacts } from "./view/facts.ts";

/** A claim that has its words. */
export interface KnownClaim extends Place {
  readonly status: ClaimStatus;
  readonly own: boolean;
  readonly method: string;
  readonly version: string;
  readonly statement: string;
  readonly topic: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  readonly confidence: number;
  readonly derivedFrom: readonly OpId[];
  readonly rationale: string;
  readonly validFrom: number | null;
  readonly validUntil: number | null;
}

export interface Known {
  /** Of each rule and statement the newest claim. */
  readonly latest: ReadonlyMap<string, KnownClaim>;
  /** Claims that the owner refuted or corrected. */
  readonly rejected: readonly KnownClaim[];
  readonly rejectedStatements: ReadonlySet<string>;
  readonly all: readonly KnownClaim[];
}

const page = 500;

export function keyOf(method: string, statement: string): string {
  return `${method}\n${statement}`;
}

/** Reads all claims, newest first. */
export async function knownClaims(replica: Replica, signal?: AbortSignal): Promise<Known> {
  const all: KnownClaim[] = [];
  for (let before: Place | undefined, more = true; more && !signal?.aborted; ) {
    more = await replica.store.read(async (reader) => {
      const ops = await reader.newest({ type: "claim", before, limit: page });
      const facts = new ViewFacts(reader, await replica.controlLog(reader));
      await facts.load(ops.map(({ op_id }) => op_id));
      const rows = new Map((await reader.claims(ops.map(({ op_id }) => op_id))).map((row) => [row.id, row]));
      for (const { op_id, lamport, payload } of ops) {
        const row = rows.get(op_id);
        if (row === undefined || row.statement === "" || payload === undefined) continue;
        const said = payload as unknown as ClaimPayload & { method: { name: string; version: string }; rationale: string };
        all.push({
          id: op_id,
          lamport,
          status: row.status,
          own: await facts.own(row),
          method: said.method.name,
          version: said.method.version,
          statement: row.statement,
          topic: row.topic,
          subject: said.subject,
          predicate: said.predicate,
          object: said.object,
          confidence: said.confidence,
          derivedFrom: said.derived_from as OpId[],
          rationale: said.rationale,
          validFrom: row.from,
          validUntil: row.until,
        });
      }
      const last = ops.at(-1);
      before = last && placeOf(last);
      return ops.length === page;
    });
  }
  return sorted(all);
}

function sorted(all: readonly KnownClaim[]): Known {
  const latest = new Map<string, KnownClaim>();
  for (const claim of all) {
    const key = keyOf(claim.method, claim.statement);
    if (!latest.has(key)) latest.set(key, claim);
  }
  const rejected = all.filter(({ status }) => status === "refuted" || status === "corrected");
  return { latest, rejected, rejectedStatements: new Set(rejected.map(({ statement }) => statement)), all };
}

/** Claims that stand, as derivers see them: of each rule and statement the newest alone, oldest first. */
export function eachClaim({ latest, all }: Known, visit: (claim: SeenClaim) => void): void {
  for (const claim of all.toReversed()) {
    const stands = claim.status === "active" || claim.status === "superseded";
    if (stands && latest.get(keyOf(claim.method, claim.statement)) === claim) visit(claim);
  }
}
