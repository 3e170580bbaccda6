/** Facts about operations that statuses are decided from, read once each during one change of the view. */
import type { ControlLog } from "../../core/admission/control-log.ts";
import { standingOf } from "../../core/admission/device-view.ts";
import { payloadFault } from "../../core/claim/payload-form.ts";
import { basePredicates, type Predicate } from "../../core/claim/predicates.ts";
import { mayWrite } from "../../core/claim/roles.ts";
import { baseStatus } from "../../core/claim/status.ts";
import { controlTypes, type OpId, type Place, placeOf, redactableTypes } from "../../core/op/operation.ts";
import type { ClaimRow, OpInfo, Reader, Ref, RefKind } from "../../store/index.ts";
import { Arrived } from "./arrived.ts";

export type BaseStatus = ReturnType<typeof baseStatus>;

const none: readonly Ref[] = [];
const judging = ["refutes", "endorses", "redacts", "corrects"] as const satisfies readonly RefKind[];

export class ViewFacts {
  readonly reader: Reader;
  readonly log: ControlLog;
  readonly #arrived: Arrived;
  readonly #infos: Map<OpId, OpInfo | null>;
  readonly #claims = new Map<OpId, ClaimRow | null>();
  readonly #forces = new Map<OpId, boolean>();
  readonly #corrected = new Map<OpId, boolean>();
  readonly #refs = new Map<OpId, readonly Ref[]>();
  #overrides: ReadonlyMap<string, Predicate> | null = null;

  /** `arrived`: what is known without asking. */
  constructor(reader: Reader, log: ControlLog, arrived: Arrived = new Arrived()) {
    this.reader = reader;
    this.log = log;
    this.#arrived = arrived;
    this.#infos = new Map(arrived.infos);
  }

  /** References to any of these, of these kinds. */
  async refsToAny(ids: readonly OpId[], kinds: readonly RefKind[]): Promise<Ref[]> {
    return this.#arrived.refsTo(this.reader, ids, kinds);
  }

  /** References that any of these make. */
  async refsFromAny(ids: readonly OpId[]): Promise<Ref[]> {
    return this.#arrived.refsFrom(this.reader, ids);
  }

  /** Of these, those that may be claims. */
  claimsAmong(ids: Iterable<OpId>): OpId[] {
    return [...ids].filter((id) => (this.#infos.get(id)?.type ?? "claim") === "claim");
  }

  /** Called when these were erased: their references are gone. */
  forget(ids: readonly OpId[]): void {
    this.#arrived.forget(ids);
  }

  /** Reads what is asked of many operations at once, before it is asked of one after the other. */
  async load(ids: readonly OpId[]): Promise<void> {
    const wanted = ids.filter((id) => !this.#refs.has(id));
    if (wanted.length === 0) return;
    const unknown = wanted.filter((id) => !this.#infos.has(id));
    const found = unknown.length > 0 ? await this.reader.known(unknown) : null;
    for (const id of unknown) this.#infos.set(id, found?.get(id) ?? null);
    for (const id of wanted) this.#refs.set(id, none);
    for (const ref of await this.refsToAny(wanted, judging)) this.#refs.set(ref.to, [...(this.#refs.get(ref.to) ?? []), ref]);
  }

  async info(id: OpId): Promise<OpInfo | null> {
    const known = this.#infos.get(id);
    if (known !== undefined) return known;
    await this.load([id]);
    return this.#infos.get(id) ?? null;
  }

  /** References of a kind by which others judge the operation; what was derived from it is not among them. */
  async refsTo(id: OpId, kind: (typeof judging)[number]): Promise<Ref[]> {
    if (!this.#refs.has(id)) await this.load([id]);
    return (this.#refs.get(id) ?? none).filter((ref) => ref.kind === kind);
  }

  /** A claim's row as it was when it was first asked for: its words' keys, not its status. */
  async claim(id: OpId): Promise<ClaimRow | null> {
    if (!this.#claims.has(id)) this.#claims.set(id, (await this.reader.claims([id]))[0] ?? null);
    return this.#claims.get(id) ?? null;
  }

  role(author: ClaimRow["author"]): string {
    return this.log.view().devices.get(author)?.role ?? "";
  }

  /** Contested or void by its author's standing and role; null when it counts. */
  authority(op: OpInfo): "contested" | "void" | null {
    const standing = standingOf(this.log.view(), this.log.chains, { ...op, control: controlTypes.has(op.type) });
    if (standing !== "counts") return standing;
    return mayWrite(this.role(op.author), op.type) ? null : "void";
  }

  /**
   * True when some judgement of this kind that targets the operation is in force: it counts, and no refutation in force
   * targets it. References exist only of well-formed judgements that have their payload.
   */
  async targeted(id: OpId, kind: "refutes" | "endorses" | "redacts"): Promise<boolean> {
    if (this.#refs.get(id) === none) return false;
    for (const ref of await this.refsTo(id, kind)) if (await this.inForce(ref.from, kind !== "redacts")) return true;
    return false;
  }

  /** Neither void nor contested nor, where that can be, refuted itself by a refutation in force. */
  async inForce(judgement: OpId, undoable = true): Promise<boolean> {
    const known = this.#forces.get(judgement);
    if (known !== undefined) return known;
    const info = await this.info(judgement);
    const counts = info !== null && this.authority(info) === null;
    const force = counts && !(undoable && (await this.targeted(judgement, "refutes")));
    this.#forces.set(judgement, force);
    return force;
  }

  /**
   * True when a correction in force targets the claim: by naming it, or along `corrects` from above. A correction that makes
   * no statement (void, say) is passed by nothing: judgements of it reach it alone.
   */
  async corrected(id: OpId): Promise<boolean> {
    const known = this.#corrected.get(id);
    if (known !== undefined) return known;
    let found = false;
    for (const { from } of await this.refsTo(id, "corrects")) {
      const correction = await this.claim(from);
      if (correction === null || (await this.baseOfClaim(correction)) !== null) continue;
      found ||= (await this.inForce(from)) || (await this.corrected(from));
    }
    this.#corrected.set(id, found);
    return found;
  }

  /** A redaction in force takes the payload away; it has no effect on types that can't be redacted. */
  async redacted(op: OpInfo): Promise<boolean> {
    return redactableTypes.has(op.type) && (await this.targeted(op.id, "redacts"));
  }

  /** Step 1 of the claim view but for what hangs on other operations. */
  async base(op: OpInfo, fault: string | null): Promise<BaseStatus> {
    const authority = this.authority(op);
    return baseStatus({
      standing: authority === "contested" ? "contested" : "counts",
      redacted: await this.redacted(op),
      hasPayload: op.hasPayload,
      fault: authority === "void" ? "the author's role may not write this" : fault,
    });
  }

  /** Null when the claim makes its statement. */
  async baseOfClaim(row: ClaimRow): Promise<BaseStatus> {
    const info = await this.info(row.id);
    if (info === null) return "pending";
    const base = await this.base(info, row.statement === "" ? "the payload does not fit" : null);
    if (base !== null || row.corrects === null) return base;
    if (this.role(row.author) !== "full") return "void";
    const target = await this.claim(row.corrects);
    return target?.statement === row.statement && (await this.baseOfClaim(target)) === null ? "void" : null;
  }

  /** The user stated it, or endorsed it: such a claim falls only by being judged itself, and wins its conflicts. */
  async own(row: ClaimRow): Promise<boolean> {
    return (row.underived && this.role(row.author) === "full") || (await this.targeted(row.id, "endorses"));
  }

  /** Claims whose refutations and corrections reach this one: itself and, unless it is the user's own, all that make its statement. */
  async judgedWith(row: ClaimRow): Promise<OpId[]> {
    const reaching = new Set([row.id]);
    if ((await this.baseOfClaim(row)) !== null || (await this.own(row))) return [...reaching];
    for (const other of await this.reader.claimsOfStatements([row.statement])) {
      if ((await this.baseOfClaim(other)) === null) reaching.add(other.id);
    }
    return [...reaching];
  }

  /** What the pool's last `predicate` operation of that name says, else the base registry, else what goes for unknown ones (section 6). */
  async predicate(name: string): Promise<Predicate> {
    this.#overrides ??= await this.#readOverrides();
    return this.#overrides.get(name) ?? (Object.hasOwn(basePredicates, name) ? basePredicates[name] : undefined) ?? unknownPredicate;
  }

  async cardinality(name: string): Promise<"one" | "many"> {
    return (await this.predicate(name)).cardinality;
  }

  async #readOverrides(): Promise<Map<string, Predicate>> {
    const overrides = new Map<string, Predicate>();
    for (let before: Place | undefined, more = true; more; ) {
      const page = await this.reader.newest({ type: "predicate", before, limit: predicatePage });
      await this.load(page.map(({ op_id }) => op_id));
      for (const { op_id, payload } of page) {
        const info = await this.info(op_id);
        const fits = payload !== undefined && payloadFault("predicate", payload) === null;
        const name = payload?.["name"] as string;
        if (!fits || overrides.has(name) || info === null || (await this.base(info, null)) !== null) continue;
        overrides.set(name, payload as unknown as Predicate);
      }
      const last = page.at(-1);
      before = last && placeOf(last);
      more = page.length === predicatePage;
    }
    return overrides;
  }
}

const predicatePage = 500;
const unknownPredicate: Predicate = { cardinality: "one", sensitivity: "personal", template: "" };
