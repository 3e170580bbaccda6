/**
 * The oracle's reading of protocol section 6, the claim view: each question is asked of the whole log again, with no index
 * and hardly a memory of earlier answers.
 */
import { canonical } from "../core/codec/canonical.ts";
import { type Contender, supersededOf } from "./oracle-conflicts.ts";
import { byPlace, type Log, type Node, type OracleDevices, roleOf, standingIn } from "./oracle-devices.ts";
import { fits, isRedactable, roleMay } from "./oracle-payloads.ts";

export interface OracleClaims {
  /** Ids of operations whose payload a redaction in force takes away. */
  readonly redacted: ReadonlySet<string>;
  readonly statuses: ReadonlyMap<string, string>;
}

/** Of the base registry, the predicates that generated histories use with a meaning: all others have cardinality `one`. */
const baseMany: ReadonlySet<string> = new Set(["preference.likes"]);

/** `offered` says of which operations some payload was ever offered; what a redaction in force takes is not held. */
export function claimsOf(log: Log, devices: OracleDevices, offered: ReadonlySet<string>): OracleClaims {
  const view = new LogReading(log, devices, offered);
  const statuses = new Map(view.claims.map((op) => [op.header.op_id, view.judged(op) ?? "invalidated"]));
  const standing = standingOf(
    view,
    view.claims.filter(({ header }) => statuses.get(header.op_id) === "invalidated"),
  );
  const contenders: Contender[] = [...standing].map((op) => ({
    op,
    statement: String(view.statementOf(op)),
    own: view.isOwn(op),
    topic: view.cardinality(op.payload?.["predicate"]) === "many" ? null : canonical([op.payload?.["subject"], op.payload?.["predicate"]]),
  }));
  for (const op of standing) statuses.set(op.header.op_id, "active");
  for (const { op } of supersededOf(contenders)) statuses.set(op.header.op_id, "superseded");
  return { redacted: view.redacted, statuses };
}

/** The least fixed point of step 5, by its definition: from nothing, add what stands, until nothing is added. */
function standingOf(view: LogReading, passing: readonly Node[]): ReadonlySet<Node> {
  const standing = new Set<Node>();
  const holds = (id: string): boolean => {
    const op = view.log.get(id);
    if (op?.header.type === "evidence") return view.base(op) === null && !view.isTargeted(id, "refutation");
    const statement = op?.header.type === "claim" ? view.statementOf(op) : null;
    return statement !== null && [...standing].some((other) => view.statementOf(other) === statement);
  };
  for (let before = -1; before !== standing.size; ) {
    before = standing.size;
    for (const op of passing) if (!standing.has(op) && sourcesOf(op).every(holds)) standing.add(op);
  }
  return standing;
}

/** What steps 1 to 4 ask of one operation. */
class LogReading {
  readonly log: Log;
  readonly claims: readonly Node[];
  readonly redacted: ReadonlySet<string>;
  readonly #ops: readonly Node[];
  readonly #devices: OracleDevices;
  readonly #offered: ReadonlySet<string>;
  readonly #corrected: ReadonlySet<string>;

  constructor(log: Log, devices: OracleDevices, offered: ReadonlySet<string>) {
    this.log = log;
    this.#ops = [...log.values()];
    this.#devices = devices;
    this.#offered = offered;
    this.claims = this.#ops.filter(({ header }) => header.type === "claim");
    // Whether a redaction is in force asks nothing of claims, so nothing of what is still missing here.
    const taken = this.#ops.filter(({ header }) => isRedactable(header.type) && this.isTargeted(header.op_id, "redaction"));
    this.redacted = new Set(taken.map(({ header }) => header.op_id));
    this.#corrected = this.#correctedClaims();
  }

  /** Step 1; null when none of it applies. */
  base(op: Node): string | null {
    if (this.#isContested(op)) return "contested";
    if (this.redacted.has(op.header.op_id)) return "redacted";
    if (!this.#holdsPayload(op)) return "pending";
    if (this.#isVoid(op)) return "void";
    return sourcesOf(op).some((id) => !this.log.has(id) || this.base(this.log.get(id) as Node) === "pending") ? "pending" : null;
  }

  /** Steps 1 to 4; null when none of them applies. */
  judged(op: Node): string | null {
    const base = this.base(op);
    if (base !== null) return base;
    if (this.#falls(op, (id) => this.isTargeted(id, "refutation"))) return "refuted";
    if (this.#falls(op, (id) => this.#corrected.has(id))) return "corrected";
    const proposed = roleOf(this.#devices, op.header.author) === "assistant" && !this.isTargeted(op.header.op_id, "endorsement");
    return proposed ? "proposed" : null;
  }

  /** A claim makes its statement unless it is contested, redacted, void or without payload. */
  statementOf(op: Node): string | null {
    const makesNone = this.#isContested(op) || this.redacted.has(op.header.op_id) || !this.#holdsPayload(op) || this.#isVoid(op);
    return makesNone ? null : wordsOf(op);
  }

  /** User-stated or endorsed. */
  isOwn(op: Node): boolean {
    const stated = roleOf(this.#devices, op.header.author) === "full" && sourcesOf(op).length === 0;
    return stated || this.isTargeted(op.header.op_id, "endorsement");
  }

  isTargeted(id: string, type: string): boolean {
    return this.#ops.some((op) => op.header.type === type && targetsOf(op).includes(id) && this.#inForce(op));
  }

  cardinality(predicate: unknown): unknown {
    const said = this.#ops.filter((op) => op.header.type === "predicate" && this.base(op) === null && op.payload?.["name"] === predicate);
    const last = said.sort((left, right) => byPlace(left.header, right.header)).at(-1);
    return last?.payload?.["cardinality"] ?? (baseMany.has(String(predicate)) ? "many" : "one");
  }

  #inForce(op: Node): boolean {
    if (this.#isContested(op) || this.#isVoid(op)) return false;
    return op.header.type === "redaction" || !this.isTargeted(op.header.op_id, "refutation");
  }

  #isContested(op: Node): boolean {
    return standingIn(this.log, op, this.#devices) === "contested";
  }

  #isVoid(op: Node): boolean {
    return (
      standingIn(this.log, op, this.#devices) === "void" ||
      !roleMay(roleOf(this.#devices, op.header.author), op.header.type) ||
      !fits(op.header.type, op.payload ?? {}) ||
      this.#isVoidCorrection(op)
    );
  }

  /** `full` only; one to the same statement is void. */
  #isVoidCorrection(op: Node): boolean {
    if (op.header.type !== "claim" || correctedBy(op) === null) return false;
    const target = this.log.get(String(correctedBy(op)));
    const same = target?.header.type === "claim" && this.statementOf(target) === wordsOf(op);
    return roleOf(this.#devices, op.header.author) !== "full" || same;
  }

  #holdsPayload(op: Node): boolean {
    return this.#offered.has(op.header.op_id) && !this.redacted.has(op.header.op_id);
  }

  /** By being hit itself, or, unless it is the user's own word, by its statement being hit. */
  #falls(op: Node, isHit: (id: string) => boolean): boolean {
    if (isHit(op.header.op_id)) return true;
    if (this.isOwn(op)) return false;
    const statement = this.statementOf(op);
    return this.claims.some((other) => statement !== null && this.statementOf(other) === statement && isHit(other.header.op_id));
  }

  /** What corrections in force count as targeting: their target and, along `corrects`, everything below. */
  #correctedClaims(): ReadonlySet<string> {
    const corrected = new Set<string>();
    for (const correction of this.claims) {
      if (this.statementOf(correction) === null || this.isTargeted(correction.header.op_id, "refutation")) continue;
      for (let op: Node | undefined = correction; op !== undefined && this.statementOf(op) !== null; ) {
        const below: Node | undefined = this.log.get(String(correctedBy(op)));
        if (below?.header.type === "claim") corrected.add(below.header.op_id);
        op = below?.header.type === "claim" ? below : undefined;
      }
    }
    return corrected;
  }
}

function targetsOf({ payload }: Node): readonly unknown[] {
  return Array.isArray(payload?.["targets"]) ? payload["targets"] : [];
}

function wordsOf({ payload }: Node): string {
  return canonical([payload?.["subject"], payload?.["predicate"], payload?.["object"]]);
}

/** The `corrects` of a claim whose payload fits. */
function correctedBy({ header, payload }: Node): string | null {
  return payload && fits(header.type, payload) && typeof payload["corrects"] === "string" ? payload["corrects"] : null;
}

/** What a claim was derived from; nothing for another type. */
function sourcesOf({ header, payload }: Node): readonly string[] {
  const sources = header.type === "claim" ? payload?.["derived_from"] : [];
  return Array.isArray(sources) ? sources : [];
}
