/** heads/1: what this node tells of its heads, by who asks (SYN-12, TRA-12). */
import type { ControlLog } from "../core/admission/control-log.ts";
import { mayAuthor } from "../core/admission/device-view.ts";
import type { Did } from "../core/crypto/did-key.ts";
import { limits } from "../core/limits.ts";
import { prevOf } from "../core/op/create.ts";
import { comparePlaces, type OpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import { headsMessage, highestLamport, tipsOf } from "../core/sync/heads.ts";
import type { Reader } from "../store/index.ts";
import type { Caller } from "./caller.ts";
import { nextIncomplete } from "./incomplete.ts";
import type { Replica } from "./replica.ts";

/** What a `heads` message of `caller` is answered. */
export async function headsFor(replica: Replica, caller: Caller): Promise<JsonObject> {
  const incomplete = caller.party === "replica" ? await nextIncomplete(replica) : [];
  return replica.store.read((reader) => headsIn(replica, reader, caller, incomplete));
}

/** All heads for a replica; for the others, what they need to write their next operation (section 7). */
export async function headsIn(replica: Replica, reader: Reader, caller: Caller, incomplete: readonly OpId[] = []): Promise<JsonObject> {
  const log = await replica.controlLog(reader);
  if (caller.party === "replica") {
    const chains = [...log.chains.values()];
    return headsMessage({ authors: tipsOf(chains), lamport: highestLamport(chains), incomplete });
  }
  return reducedHeads(reader, log, caller.key as Did, caller.party === "answering");
}

async function reducedHeads(reader: Reader, log: ControlLog, key: Did, answering: boolean): Promise<JsonObject> {
  const chains = [...log.chains.values()].filter(({ author }) => author === key);
  const own = chains.map(({ tip, tipSeq, tipLamport }) => ({ id: tip, seq: tipSeq, lamport: tipLamport })).sort(comparePlaces);
  const tip = own.at(-1) ?? null;
  const all = await reader.heads();
  const infos = await reader.known([...all.map(({ id }) => id), ...(tip ? [tip.id] : [])]);
  const asDevice = (chosen: readonly OpId[]) => {
    const prev = [...(tip ? [tip.id] : []), ...chosen].flatMap((id) => infos.get(id) ?? []);
    return mayAuthor(log.viewOf(log.pastOf(prev)), key, answering) === null;
  };
  const heads = prevOf(all, tip?.id ?? null, asDevice, limits.prev - 1);
  const named = [...heads.flatMap((id) => infos.get(id) ?? []), ...own];
  const lamport = named.reduce((highest, each) => Math.max(highest, each.lamport), 0);
  const control = [...log.controls.keys()].sort();
  return { authors: own.length > 0 ? { [key]: own.map(({ seq, id }) => [seq, id]) } : {}, lamport, heads, control };
}
