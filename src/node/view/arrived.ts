/** What one change knows of the operations that it brings, so that the store is not asked for what was just put there. */
import type { OpId } from "../../core/op/operation.ts";
import type { OpInfo, Reader, Ref, RefKind } from "../../store/index.ts";

/** Operations that a change adds, and every reference to or from one of them. */
export class Arrived {
  readonly infos: ReadonlyMap<OpId, OpInfo>;
  readonly #to = new Map<OpId, Ref[]>();
  readonly #from = new Map<OpId, Ref[]>();

  /** `refs`: those that waited for the operations, and those that they make themselves. */
  constructor(infos: Iterable<OpInfo> = [], refs: Iterable<Ref> = []) {
    this.infos = new Map([...infos].map((info) => [info.id, info]));
    for (const ref of refs) {
      if (this.infos.has(ref.to)) push(this.#to, ref.to, ref);
      if (this.infos.has(ref.from)) push(this.#from, ref.from, ref);
    }
  }

  async refsTo(reader: Reader, ids: readonly OpId[], kinds: readonly RefKind[]): Promise<Ref[]> {
    const others = this.#others(ids);
    const known = ids.flatMap((id) => this.#to.get(id)?.filter(({ kind }) => kinds.includes(kind)) ?? []);
    return others.length === 0 ? known : [...known, ...(await reader.refsTo(others, kinds))];
  }

  async refsFrom(reader: Reader, ids: readonly OpId[]): Promise<Ref[]> {
    const others = this.#others(ids);
    const known = ids.flatMap((id) => this.#from.get(id) ?? []);
    return others.length === 0 ? known : [...known, ...(await reader.refsFrom(others))];
  }

  /** The references of what is erased go with its words. */
  forget(ids: readonly OpId[]): void {
    const gone = new Set(ids);
    for (const id of ids) this.#from.delete(id);
    for (const [to, refs] of this.#to) {
      if (refs.some(({ from }) => gone.has(from)))
        this.#to.set(
          to,
          refs.filter(({ from }) => !gone.has(from)),
        );
    }
  }

  #others(ids: readonly OpId[]): OpId[] {
    return ids.filter((id) => !this.infos.has(id));
  }
}

function push(map: Map<OpId, Ref[]>, key: OpId, ref: Ref): void {
  const list = map.get(key);
  if (list) list.push(ref);
  else map.set(key, [ref]);
}
