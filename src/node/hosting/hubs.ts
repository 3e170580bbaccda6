/** Hubs of the pool, as the log names them: devices of which a `full` device noted an address (spec/11-hosting.md, HOS-2). */
import { type DeviceView, roleOf } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { limits } from "../../core/limits.ts";
import type { Place } from "../../core/op/operation.ts";
import { isHubAddress } from "../../core/sync/hub-address.ts";
import type { Reader } from "../../store/index.ts";
import type { Replica } from "../replica.ts";
import type { Hub } from "./hub.ts";

/** By the ranks of the devices, at most `limits.hubs`; `self` is none of them. */
export async function listHubs(replica: Replica, self: Did): Promise<Hub[]> {
  return replica.store.read(async (reader) => {
    const view = (await replica.controlLog(reader)).view();
    const sought = [...view.devices.keys()].filter((key) => key !== self && holdsAll(view, key));
    const urls = await addressesOf(reader, view, new Set(sought));
    return sought.flatMap((node) => (urls.has(node) ? [{ node, url: urls.get(node) as string }] : [])).slice(0, limits.hubs);
  });
}

function holdsAll(view: DeviceView, key: Did): boolean {
  const role = roleOf(view, key);
  return role === "mirror" || role === "full";
}

/** The newest address that a `full` device in force noted of each of these dids. */
export async function addressesOf(reader: Reader, view: DeviceView, sought: ReadonlySet<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let before: Place | undefined;
  for (let seen = 0; seen < limits.hubNotes && found.size < sought.size; ) {
    const notes = await reader.newest({ type: "note", before, limit: notesPage });
    for (const { author, payload } of notes) {
      const { target, text } = payload ?? {};
      if (typeof target !== "string" || typeof text !== "string" || !sought.has(target) || found.has(target)) continue;
      if (roleOf(view, author) === "full" && isHubAddress(text)) found.set(target, text);
    }
    seen += notes.length;
    const last = notes.at(-1);
    if (last === undefined || notes.length < notesPage) break;
    before = { lamport: last.lamport, id: last.op_id };
  }
  return found;
}

const notesPage = 1_000;
