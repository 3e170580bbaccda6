/** All that a store can be asked, as one value: equal values, equal stores. */
import { canonical } from "../core/codec/canonical.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json } from "../core/ports.ts";
import type { Reader, Store } from "../store/index.ts";

const all = Number.MAX_SAFE_INTEGER;

/** What a reader sees, in a form that does not depend on orders which the contract leaves open. */
export async function everything(reader: Reader, localNames: readonly string[] = []) {
  const ids = await reader.idsAfter(null, all);
  const claims = await reader.claimPage({ limit: all });
  const rejected = await reader.rejected(ids);
  const { chains, pasts, controls } = await reader.controlLog();
  return {
    pool: await reader.pool(),
    counts: await reader.counts(),
    generation: await reader.generation(),
    controlLog: { chains: sorted(chains), pasts: sorted(pasts), controls: sorted(controls) },
    infos: [...(await reader.known(ids)).values()],
    envelopes: (await reader.envelopes(ids)).map(bytesOf),
    ordered: (await reader.ordered({ limit: all })).map(({ op_id }) => op_id),
    heads: await reader.heads(),
    incomplete: await reader.incomplete(null, all),
    refs: sorted(await reader.refsFrom(ids)),
    backRefs: sorted(await reader.refsTo(ids)),
    claims,
    rejected: [...rejected],
    locals: await Promise.all(localNames.map((name) => reader.local(name))),
  };
}

export async function stateOf(store: Store, localNames: readonly string[] = []) {
  return store.read((reader) => everything(reader, localNames));
}

/** Canonical text: by which −0 is 0, and the order of members says nothing. */
export function bytesOf(value: unknown): string {
  return canonical(value as Json);
}

export function sorted<Member>(members: readonly Member[]): Member[] {
  const keyed = members.map((member) => ({ member, key: JSON.stringify(member, Object.keys(member as object).sort()) }));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ member }) => member);
}

export function idsIn(places: readonly { readonly id: OpId }[]): OpId[] {
  return places.map(({ id }) => id);
}
