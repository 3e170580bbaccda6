/** Step 6 of the claim view: the claims that compete with those that moved, and what becomes of them. */
import { type Contender, decideConflicts, type Outcome } from "../../core/claim/conflicts.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { ClaimRow } from "../../store/index.ts";
import type { ViewFacts } from "./facts.ts";

export interface Competition extends Outcome {
  /** Every standing claim that competes with one of the topics' or corrections', directly or through others. */
  readonly rows: readonly ClaimRow[];
}

/** Where to begin: topics of cardinality `one`, targets of corrections, and statements that others may make too. */
export interface Arena {
  readonly topics: Iterable<string>;
  readonly targets?: Iterable<OpId>;
  readonly statements?: Iterable<string>;
}

/** Decides what competes in the arena, and with it all that competes with that, until nothing more does. */
export async function compete(facts: ViewFacts, arena: Arena, isStanding: (row: ClaimRow) => boolean): Promise<Competition> {
  const rows = new Map<OpId, ClaimRow>();
  const seen = new Set<string>();
  const unseen = <Name extends string>(names: Iterable<Name>): Name[] => {
    const fresh = [...new Set(names)].filter((name) => !seen.has(name));
    for (const name of fresh) seen.add(name);
    return fresh;
  };
  let topics = unseen(arena.topics);
  let targets = unseen(arena.targets ?? []);
  let statements = unseen(arena.statements ?? []);
  while (topics.length + targets.length + statements.length > 0) {
    const { reader } = facts;
    const corrections = (await facts.refsToAny(targets, ["corrects"])).map(({ from }) => from);
    const found = [
      ...(await reader.claimsOfTopics(topics)),
      ...(await reader.claims(corrections)),
      ...(await reader.claimsOfStatements(statements)),
    ];
    const fresh = found.filter((row) => !rows.has(row.id) && isStanding(row));
    for (const row of fresh) rows.set(row.id, row);
    const single: string[] = [];
    // Where one value holds at a time the topic brings all claims of its statements; elsewhere each statement its own.
    const shared: string[] = [];
    for (const { topic, predicate, statement } of fresh) {
      if ((await facts.cardinality(predicate)) === "one") single.push(topic);
      else shared.push(statement);
    }
    topics = unseen(single);
    statements = unseen(shared);
    targets = unseen(fresh.flatMap(({ corrects }) => corrects ?? []));
  }
  const standing = [...rows.values()];
  await facts.load(standing.map(({ id }) => id));
  const contenders: Contender[] = [];
  for (const row of standing) contenders.push(await contenderOf(facts, row));
  return { rows: standing, ...decideConflicts(contenders) };
}

async function contenderOf(facts: ViewFacts, row: ClaimRow): Promise<Contender> {
  const { id, lamport, statement, from, until } = row;
  return {
    id,
    lamport,
    statement,
    from,
    until,
    own: await facts.own(row),
    topic: (await facts.cardinality(row.predicate)) === "one" ? row.topic : null,
    corrects: row.corrects === null ? null : { target: row.corrects, object: row.object },
  };
}
