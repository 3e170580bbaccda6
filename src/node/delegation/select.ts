/** The claims of a slice (section 8; spec DEL-2), found by predicate: the cost is that of the predicates selected, not of the pool. */
import { isCurrent, patternMatches, type Selector, selectsSensitivity, selectsWords } from "../../core/capability/selector.ts";
import { topicKey } from "../../core/claim/statement.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { Crypto } from "../../core/ports.ts";
import type { ClaimRow, Reader } from "../../store/index.ts";
import { lineageOf, sensitivitiesOf } from "../lineage.ts";
import type { ViewFacts } from "../view/facts.ts";

/** Claims whose lineages are read together. */
const together = 200;

/** A claim of a slice, with its effective sensitivity. */
export interface Selected {
  readonly claim: Envelope;
  readonly sensitivity: ReturnType<typeof sensitivityAt>;
}

/**
 * Every active claim that the selector selects at `now`, ascending by id. Rejects with `PoolError("too_large")` when predicates
 * and subjects alone select over `limits.sliceClaims`.
 */
export async function selectClaims(facts: ViewFacts, crypto: Crypto, selector: Selector, now: number): Promise<Selected[]> {
  const rows = (await candidates(facts.reader, crypto, selector)).filter(({ until }) => isCurrent(until, now));
  rows.sort((left, right) => (left.id < right.id ? -1 : 1));
  const found: Selected[] = [];
  for (let start = 0; start < rows.length; start += together) {
    const claims = (await facts.reader.envelopes(rows.slice(start, start + together).map(({ id }) => id))).filter(({ payload }) => {
      return payload !== undefined && selectsWords(selector, payload as unknown as Parameters<typeof selectsWords>[1]);
    });
    const levels = await sensitivitiesOf(facts, await lineageOf(facts.reader, ...claims.map(({ op_id }) => op_id)));
    for (const claim of claims) {
      const sensitivity = sensitivityAt(levels, claim.op_id);
      if (selectsSensitivity(selector, sensitivity)) found.push({ claim, sensitivity });
    }
  }
  return found;
}

/** What is not known to be less is taken to be the most. */
function sensitivityAt(levels: Awaited<ReturnType<typeof sensitivitiesOf>>, id: OpId) {
  return levels.get(id) ?? "restricted";
}

async function candidates(reader: Reader, { sha256Hex }: Crypto, selector: Selector): Promise<ClaimRow[]> {
  const predicates = await matchingPredicates(reader, selector);
  const { subjects } = selector;
  if (subjects === undefined || subjects.length * predicates.length > limits.sliceClaims) {
    return within(await reader.claimsOfPredicates(predicates, "active", limits.sliceClaims + 1));
  }
  const topics = new Set(subjects.flatMap((subject) => predicates.map((predicate) => topicKey(sha256Hex, subject, predicate))));
  return within((await reader.claimsOfTopics([...topics])).filter(({ status }) => status === "active"));
}

function within(rows: ClaimRow[]): ClaimRow[] {
  if (rows.length <= limits.sliceClaims) return rows;
  throw new PoolError("too_large", `the grant selects over ${limits.sliceClaims} claims: narrow its predicates or subjects`);
}

/** Predicates that claims have and a pattern matches; those of which a pattern's beginning is known are looked for there alone. */
async function matchingPredicates(reader: Reader, { predicates: patterns }: Selector): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of new Set(patterns)) {
    const star = pattern.indexOf("*");
    const names = star < 0 ? [pattern] : await reader.predicates(pattern.slice(0, star));
    for (const name of names) if (patternMatches(pattern, name)) found.add(name);
  }
  return [...found];
}
