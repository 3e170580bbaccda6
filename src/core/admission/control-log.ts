/**
 * What admission knows of a replica besides the operations in hand: the control operations, the chains, and the distinct
 * control pasts. Few in number whatever the log holds, so a node keeps them in memory.
 *
 * A **control past** is the set of control operations among an operation's ancestors. Nearly all operations share the
 * past of their predecessor, so each distinct one is kept once, under a number, and its device view is computed once.
 */
import type { Did } from "../crypto/did-key.ts";
import { controlTypes, type OpId } from "../op/operation.ts";
import type { Chain } from "./chains.ts";
import { type ControlOp, type DeviceView, deviceView } from "./device-view.ts";

/** Number of a control past in this replica; 0 is the empty one. */
export type PastNumber = number;

/** What admission needs to know of an operation that a later one names. */
export interface Known {
  readonly id: OpId;
  readonly author: Did;
  readonly seq: number;
  readonly lamport: number;
  readonly type: string;
  readonly chain: number;
  readonly past: PastNumber;
}

/** A control past: what these others hold, and more. Many control operations so take what they are, not their square. */
export interface ControlPast {
  readonly n: PastNumber;
  readonly bases: readonly PastNumber[];
  readonly added: readonly OpId[];
}

/** What a batch added, for the store to keep. */
export interface ControlLogChanges {
  readonly chains: readonly Chain[];
  readonly pasts: readonly ControlPast[];
  readonly controls: readonly ControlOp[];
}

/** Control operations in all device views that are kept at once: those of the pasts in use. */
const viewedKept = 250_000;

export class ControlLog {
  readonly chains = new Map<number, Chain>();
  readonly controls = new Map<OpId, ControlOp>();
  readonly #pasts = new Map<PastNumber, ControlPast>([[0, { n: 0, bases: [], added: [] }]]);
  readonly #pastNumbers = new Map<string, PastNumber>();
  readonly #tips = new Map<OpId, number>();
  readonly #views = new Map<PastNumber, { readonly view: DeviceView; readonly size: number }>();
  #viewed = 0;
  #whole: DeviceView | null = null;
  readonly #changed = { chains: new Set<number>(), pasts: new Set<PastNumber>(), controls: new Set<OpId>() };

  constructor(kept?: ControlLogChanges) {
    for (const chain of kept?.chains ?? []) this.#setChain(chain);
    for (const past of kept?.pasts ?? []) this.#setPast(past);
    for (const control of kept?.controls ?? []) this.controls.set(control.id, control);
  }

  /** The device view of the whole log. */
  view(): DeviceView {
    this.#whole ??= deviceView(this.controls.values(), this.chains);
    return this.#whole;
  }

  /** The device view of a control past. */
  viewOf(past: PastNumber): DeviceView {
    const known = this.#views.get(past);
    if (known) return known.view;
    const controls = this.members(past).flatMap((id) => this.controls.get(id) ?? []);
    const view = deviceView(controls, this.chains);
    this.#views.set(past, { view, size: controls.length });
    this.#viewed += controls.length;
    for (const [oldest, { size }] of this.#views) {
      if (this.#viewed <= viewedKept || oldest === past) break;
      this.#views.delete(oldest);
      this.#viewed -= size;
    }
    return view;
  }

  /** True when the operation is the newest of a chain. */
  isTip(id: OpId): boolean {
    return this.#tips.has(id);
  }

  /** The control operations of a past, each once. */
  members(past: PastNumber): OpId[] {
    const members = new Set<OpId>();
    const seen = new Set<PastNumber>();
    for (const open = [past]; open.length > 0; ) {
      const part = this.#pasts.get(open.pop() as PastNumber);
      if (part === undefined || seen.has(part.n)) continue;
      seen.add(part.n);
      for (const id of part.added) members.add(id);
      open.push(...part.bases);
    }
    return [...members];
  }

  /** The control past of an operation with these `prev`. */
  pastOf(prev: readonly Known[]): PastNumber {
    const first = prev[0];
    if (first === undefined) return 0;
    if (!prev.some((each) => each.past !== first.past || controlTypes.has(each.type))) return first.past;
    const bases = [...new Set(prev.map((each) => each.past))].sort((left, right) => left - right);
    const added = new Set(prev.filter(({ type }) => controlTypes.has(type)).map(({ id }) => id));
    // An operation is not in its own past: only where pasts differ can one hold what the others bring.
    if (bases.length > 1) {
      const held = new Set<OpId>();
      const sizes = bases.map((base) => {
        const members = this.members(base);
        for (const id of members) held.add(id);
        return members.length;
      });
      for (const id of added) if (held.has(id)) added.delete(id);
      const whole = added.size > 0 ? -1 : sizes.indexOf(held.size);
      if (whole >= 0) return bases[whole] as PastNumber;
    }
    return this.#numberOf({ bases, added: [...added].sort() });
  }

  #numberOf(past: Omit<ControlPast, "n">): PastNumber {
    const known = this.#pastNumbers.get(keyOf(past));
    if (known !== undefined) return known;
    const n = this.#pasts.size;
    this.#setPast({ n, ...past });
    this.#changed.pasts.add(n);
    return n;
  }

  /** Puts an operation on its author's chain: the one whose tip its predecessor is, else a new one. Returns the chain. */
  extend(op: { id: OpId; author: Did; seq: number; lamport: number }, own: Known | null): number {
    const tip = { tip: op.id, tipSeq: op.seq, tipLamport: op.lamport };
    const onTip = own && this.#tips.get(own.id);
    const extended = onTip ? this.chains.get(onTip) : undefined;
    const chain = extended
      ? { ...extended, ...tip }
      : { n: this.chains.size + 1, author: op.author, parent: own?.chain ?? 0, parentSeq: own?.seq ?? 0, ...tip };
    if (extended) this.#tips.delete(extended.tip);
    this.#setChain(chain);
    this.#changed.chains.add(chain.n);
    return chain.n;
  }

  /** Adds a control operation, right after `extend` has put it on its chain. */
  addControl(control: ControlOp): void {
    this.controls.set(control.id, control);
    this.#changed.controls.add(control.id);
    this.#whole = null;
  }

  /** What was added since the last call. */
  takeChanges(): ControlLogChanges {
    const { chains, pasts, controls } = this.#changed;
    const changes = {
      chains: [...chains].flatMap((n) => this.chains.get(n) ?? []),
      pasts: [...pasts].flatMap((n) => this.#pasts.get(n) ?? []),
      controls: [...controls].flatMap((id) => this.controls.get(id) ?? []),
    };
    for (const each of Object.values(this.#changed)) each.clear();
    return changes;
  }

  #setChain(chain: Chain): void {
    this.chains.set(chain.n, chain);
    this.#tips.set(chain.tip, chain.n);
  }

  #setPast(past: ControlPast): void {
    this.#pasts.set(past.n, past);
    this.#pastNumbers.set(keyOf(past), past.n);
  }
}

function keyOf({ bases, added }: Omit<ControlPast, "n">): string {
  return `${bases.join(" ")} ${added.join(" ")}`;
}
