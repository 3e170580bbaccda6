/**
 * Step 5 of the claim view (section 6): which claims stand. Standing is a least fixed point, so a change is followed in two
 * movements: first what falls (and, where a statement lost one support and kept others, whether those were held up by itself
 * alone), then what can stand again. Both follow references from what changed and touch nothing else.
 */
import { passes, stands } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { ClaimRow, Ref } from "../../store/index.ts";
import type { ViewFacts } from "./facts.ts";
import type { Judged } from "./judge.ts";

export interface StandingChange {
  readonly judged: ReadonlyMap<OpId, Judged>;
  /** Claims that were erased, as they were. */
  readonly lost: readonly ClaimRow[];
  /** Operations that may have begun or ceased to hold, other than by the standing of claims. */
  readonly impacted: Iterable<OpId>;
}

/** Which claims stand now, of those that were looked at. */
export async function decideStanding(facts: ViewFacts, change: StandingChange): Promise<Standing> {
  const standing = new Standing(facts, change.judged);
  const impacted = new Set(change.impacted);
  for (const { row, makes } of change.judged.values()) if (makes !== madeStatement(row)) impacted.add(row.id);
  for (const { id } of change.lost) impacted.add(id);
  const dependants = await standing.dependantsOf([...impacted]);
  const moved = [...change.judged.values()].filter(({ row, status }) => (status === null) !== passes(row.status)).map(({ row }) => row);
  const seeds = uniqueRows([...moved, ...dependants]);
  const fallen = await standing.fall(seeds, change.lost);
  await standing.rise([...seeds, ...fallen]);
  return standing;
}

function uniqueRows(rows: readonly ClaimRow[]): ClaimRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** Whether a claim made its statement when its row was written. */
function madeStatement({ statement, status }: ClaimRow): boolean {
  return statement !== "" && status !== "contested" && status !== "redacted" && status !== "void";
}

export class Standing {
  readonly #facts: ViewFacts;
  readonly #judged: ReadonlyMap<OpId, Judged>;
  /** Where the answer differs from what the row says. */
  readonly #now = new Map<OpId, boolean>();
  readonly #rows = new Map<OpId, ClaimRow>();
  readonly #groups = new Map<string, readonly ClaimRow[]>();
  readonly #evidence = new Map<OpId, boolean>();

  constructor(facts: ViewFacts, judged: ReadonlyMap<OpId, Judged>) {
    this.#facts = facts;
    this.#judged = judged;
    for (const { row } of judged.values()) this.#rows.set(row.id, row);
  }

  stands(row: ClaimRow): boolean {
    return this.#now.get(row.id) ?? (stands(row.status) && this.#passes(row));
  }

  /** The rows whose standing is not what they say. */
  changed(): ClaimRow[] {
    return [...this.#now].flatMap(([id, now]) => {
      const row = this.#rows.get(id);
      return row && now !== stands(row.status) ? row : [];
    });
  }

  /**
   * Whether claims of a statement may supersede others or be superseded where many values hold: only through corrections. Of a
   * statement that was not looked at it isn't known.
   */
  mayCompete(statement: string): boolean {
    return this.#groups.get(statement)?.some(({ corrects, status }) => corrects !== null || status === "superseded") ?? true;
  }

  async dependantsOf(ids: readonly OpId[]): Promise<ClaimRow[]> {
    const refs = await this.#facts.refsToAny(ids, ["derives"]);
    return this.#load([...new Set(refs.map(({ from }) => from))]);
  }

  /** Follows what no longer stands. Returns the claims that fell. */
  async fall(seeds: readonly ClaimRow[], lost: readonly ClaimRow[]): Promise<ClaimRow[]> {
    const fallen: ClaimRow[] = [];
    const doubtful = new Set<string>();
    const stood = seeds.filter((row) => stands(row.status));
    const unheld = new Set(await this.#unsupported(stood.filter((row) => this.#passes(row))));
    let open = stood.filter((row) => !this.#passes(row) || unheld.has(row));
    let weakened = lost.filter(({ status }) => stands(status)).map(({ statement }) => statement);
    while (open.length + weakened.length > 0) {
      for (const row of open) this.#now.set(row.id, false);
      fallen.push(...open);
      const statements = [...new Set([...weakened, ...open.map(({ statement }) => statement)])];
      weakened = [];
      await this.#loadGroups(statements);
      const without = statements.filter((statement) => !this.#statementHolds(statement));
      for (const statement of statements) if (this.#statementHolds(statement)) doubtful.add(statement);
      const ids = without.flatMap((statement) => (this.#groups.get(statement) ?? []).map(({ id }) => id));
      open = (await this.dependantsOf(ids)).filter((row) => this.stands(row));
    }
    return [...fallen, ...(await this.#breakCircles(doubtful))];
  }

  /** Claims that a doubtful statement holds up, and that hold it up in turn, are taken down; `rise` puts back what may stand. */
  async #breakCircles(doubtful: ReadonlySet<string>): Promise<ClaimRow[]> {
    const below = new Map<OpId, ClaimRow>();
    for (let open = [...doubtful]; open.length > 0; ) {
      await this.#loadGroups(open);
      const ids = open.flatMap((statement) => (this.#groups.get(statement) ?? []).map(({ id }) => id));
      const next = (await this.dependantsOf(ids)).filter((row) => this.stands(row) && !below.has(row.id));
      for (const row of next) below.set(row.id, row);
      open = [...new Set(next.map(({ statement }) => statement))];
    }
    const circular = [...doubtful].some((statement) => (this.#groups.get(statement) ?? []).some(({ id }) => below.has(id)));
    if (!circular) return [];
    for (const id of below.keys()) this.#now.set(id, false);
    return [...below.values()];
  }

  /** Lets stand what everything it derives from holds up, and what that holds up in turn. */
  async rise(candidates: readonly ClaimRow[]): Promise<void> {
    for (let open = uniqueRows(candidates); open.length > 0; ) {
      const waiting = open.filter((row) => this.#passes(row) && !this.stands(row));
      const unsupported = new Set(await this.#unsupported(waiting));
      const risen = waiting.filter((row) => !unsupported.has(row));
      await this.#loadGroups(risen.map(({ statement }) => statement));
      const fresh = new Set(risen.map(({ statement }) => statement).filter((statement) => !this.#statementHolds(statement)));
      for (const row of risen) this.#now.set(row.id, true);
      const ids = [...fresh].flatMap((statement) => (this.#groups.get(statement) ?? []).map(({ id }) => id));
      open = uniqueRows(await this.dependantsOf(ids));
    }
  }

  /** Those of which something they derive from does not hold. */
  async #unsupported(rows: readonly ClaimRow[]): Promise<ClaimRow[]> {
    const refs = (await this.#facts.refsFromAny(rows.filter(({ underived }) => !underived).map(({ id }) => id))).filter(
      ({ kind }) => kind === "derives",
    );
    await this.#loadSources(refs);
    const failing = new Set<OpId>();
    for (const { from, to } of refs) if (!failing.has(from) && !this.#holds(to)) failing.add(from);
    return rows.filter(({ id }) => failing.has(id));
  }

  /** Reads what `#holds` will ask of these sources. */
  async #loadSources(refs: readonly Ref[]): Promise<void> {
    const ids = [...new Set(refs.map(({ to }) => to))];
    const claims = await this.#load(ids);
    await this.#loadGroups(claims.map(({ statement }) => statement));
    const others = ids.filter((id) => !this.#rows.has(id) && !this.#evidence.has(id));
    await this.#facts.load(others);
    const fitting = new Set((await this.#facts.reader.evidence(others)).map(({ id }) => id));
    for (const id of others) {
      const info = await this.#facts.info(id);
      const fits = info !== null && fitting.has(id) && (await this.#facts.base(info, null)) === null;
      this.#evidence.set(id, fits && !(await this.#facts.targeted(id, "refutes")));
    }
  }

  #holds(id: OpId): boolean {
    const row = this.#rows.get(id);
    if (row === undefined) return this.#evidence.get(id) ?? false;
    return (this.#judged.get(id)?.makes ?? madeStatement(row)) && this.#statementHolds(row.statement);
  }

  #statementHolds(statement: string): boolean {
    return this.#groups.get(statement)?.some((row) => this.stands(row)) ?? false;
  }

  #passes(row: ClaimRow): boolean {
    const judged = this.#judged.get(row.id);
    return judged ? judged.status === null : passes(row.status);
  }

  async #load(ids: readonly OpId[]): Promise<ClaimRow[]> {
    const wanted = ids.filter((id) => !this.#rows.has(id));
    for (const row of wanted.length > 0 ? await this.#facts.reader.claims(wanted) : []) this.#rows.set(row.id, row);
    return ids.flatMap((id) => this.#rows.get(id) ?? []);
  }

  async #loadGroups(statements: readonly string[]): Promise<void> {
    const wanted = [...new Set(statements)].filter((key) => key !== "" && !this.#groups.has(key));
    if (wanted.length === 0) return;
    const rows = await this.#facts.reader.claimsOfStatements(wanted);
    for (const row of rows) if (!this.#rows.has(row.id)) this.#rows.set(row.id, row);
    const groups = Map.groupBy(rows, ({ statement }) => statement);
    for (const key of wanted) this.#groups.set(key, groups.get(key) ?? []);
  }
}
