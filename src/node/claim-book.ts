/** What lists of claims show beside the claims: how many there are, how far each is to be trusted, what it rests on. Kept until something changes. */

import type { OpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import type { ClaimCount, ClaimRow, Reader } from "../store/index.ts";
import { type Lineage, lineageOf, type Sensitivity, sensitivitiesOf, type Trust, trustsOf } from "./lineage.ts";
import type { Replica } from "./replica.ts";
import { evidenceTimes } from "./search-times.ts";
import { ViewFacts } from "./view/facts.ts";

/** Evidence of one kind and adapter that a claim rests on. */
export interface SourceCount {
  readonly adapter: string;
  readonly kind: string;
  readonly count: number;
}

/** A claim's standing, as people are shown it. */
export interface ClaimFace {
  /** Null of a claim that does not stand. */
  readonly trust: Trust | null;
  readonly sensitivity: Sensitivity | null;
  /** The evidence it rests on, however indirectly, the most first. */
  readonly sources: readonly SourceCount[];
  /** When the latest of that evidence took place, ms; null without. */
  readonly fresh: number | null;
  /** What it was directly derived from. */
  readonly restsOn: number;
  /** It won or lost against another claim. */
  readonly conflict: boolean;
}

/** Faces that are kept: some screens full. */
const facesMax = 5_000;

export class ClaimBook {
  readonly #replica: Replica;
  #counts: readonly ClaimCount[] | null = null;
  readonly #faces = new Map<OpId, ClaimFace>();

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  /** To be called whenever something was admitted. */
  forget(): void {
    this.#counts = null;
    this.#faces.clear();
  }

  async counts(reader: Reader): Promise<readonly ClaimCount[]> {
    this.#counts ??= await reader.claimCounts();
    return this.#counts;
  }

  async faces(reader: Reader, rows: readonly ClaimRow[]): Promise<ReadonlyMap<OpId, ClaimFace>> {
    const missing = rows.filter(({ id }) => !this.#faces.has(id));
    if (missing.length > 0) {
      const facts = new ViewFacts(reader, await this.#replica.controlLog(reader));
      const found = await facesOf(reader, facts, missing);
      if (this.#faces.size + found.size > facesMax) this.#faces.clear();
      for (const [id, face] of found) this.#faces.set(id, face);
    }
    return new Map(rows.flatMap(({ id }) => (this.#faces.has(id) ? [[id, this.#faces.get(id) as ClaimFace] as const] : [])));
  }
}

/** Faces of these claims; what several of them rest on is read once. */
export async function facesOf(reader: Reader, facts: ViewFacts, rows: readonly ClaimRow[]): Promise<Map<OpId, ClaimFace>> {
  const lineage = await lineageOf(reader, ...rows.map(({ id }) => id));
  const trusts = await trustsOf(facts, lineage);
  const sensitivities = await sensitivitiesOf(facts, lineage);
  const conflicting = await conflictingTopics(reader, facts, rows);
  const below = new Below(lineage);
  const faces = rows.map(({ id, status, topic }): [OpId, ClaimFace] => [
    id,
    {
      trust: trusts.get(id) ?? null,
      sensitivity: sensitivities.get(id) ?? null,
      ...below.of(id),
      restsOn: lineage.get(id)?.sources.length ?? 0,
      conflict: status === "superseded" || (status === "active" && conflicting.has(topic)),
    },
  ]);
  return new Map(faces);
}

/** Topics of these claims of which one is superseded. Where many values hold only corrections compete: those tell themselves. */
async function conflictingTopics(reader: Reader, facts: ViewFacts, rows: readonly ClaimRow[]): Promise<ReadonlySet<string>> {
  const topics = new Set<string>();
  for (const { topic, predicate, status } of rows) {
    if (topic !== "" && status === "active" && (await facts.predicate(predicate)).cardinality === "one") topics.add(topic);
  }
  const all = await reader.claimsOfTopics([...topics]);
  return new Set(all.filter(({ status }) => status === "superseded").map(({ topic }) => topic));
}

/** The evidence below a claim, each item once. */
class Below {
  readonly #lineage: Lineage;

  constructor(lineage: Lineage) {
    this.#lineage = lineage;
  }

  of(claim: OpId): Pick<ClaimFace, "sources" | "fresh"> {
    const seen = new Set<OpId>();
    const counts = new Map<string, SourceCount>();
    let fresh: number | null = null;
    for (const open = [claim]; open.length > 0; ) {
      const id = open.pop() as OpId;
      const node = this.#lineage.get(id);
      if (node === undefined || seen.has(id)) continue;
      seen.add(id);
      open.push(...node.sources);
      const { type, payload } = node.op;
      if (type !== "evidence" || payload === undefined) continue;
      const at = timeOfEvidence(payload);
      if (at !== null && (fresh === null || at > fresh)) fresh = at;
      const adapter = String((payload["source"] as JsonObject | undefined)?.["adapter"] ?? "");
      const kind = String(payload["kind"] ?? "");
      const name = JSON.stringify([adapter, kind]);
      counts.set(name, { adapter, kind, count: (counts.get(name)?.count ?? 0) + 1 });
    }
    return { sources: [...counts.values()].sort((left, right) => right.count - left.count), fresh };
  }
}

/** When what an item tells of took place, ms; null when it tells no time. */
export function timeOfEvidence(payload: JsonObject): number | null {
  const observed = payload["observed_at"];
  return typeof observed === "number" ? observed : evidenceTimes(payload).at;
}
