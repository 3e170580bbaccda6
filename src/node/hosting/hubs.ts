/** Hubs of the pool, as the log names them: devices of which a `full` device noted an address (spec/11-hosting.md, HOS-2). */
import type { ControlLog } from "../../core/admission/control-log.ts";
import { type DeviceView, roleOf, standingOf } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { limits } from "../../core/limits.ts";
import { type Envelope, type Place, placeOf } from "../../core/op/operation.ts";
import { isHubAddress } from "../../core/sync/hub-address.ts";
import type { Reader } from "../../store/index.ts";
import type { Replica } from "../replica.ts";
import type { Hub } from "./hub.ts";

/** By the ranks of the devices, at most `limits.hubs`; `self` is none of them. */
export async function listHubs(replica: Replica, self: Did): Promise<Hub[]> {
  return replica.store.read(async (reader) => {
    const log = await replica.controlLog(reader);
    const view = log.view();
    const sought = [...view.devices.keys()].filter((key) => key !== self && holdsAll(view, key));
    const urls = await addressesOf(reader, log, new Set(sought));
    return sought.flatMap((node) => (urls.has(node) ? [{ node, url: urls.get(node) as string }] : [])).slice(0, limits.hubs);
  });
}

function holdsAll(view: DeviceView, key: Did): boolean {
  const role = roleOf(view, key);
  return role === "mirror" || role === "full";
}

/** The newest address that a `full` device noted of each of these dids; of one that was removed, what still counts (HOS-2). */
export async function addressesOf(reader: Reader, log: ControlLog, sought: ReadonlySet<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let before: Place | undefined;
  for (let seen = 0; seen < limits.hubNotes && found.size < sought.size; ) {
    const notes = await reader.newest({ type: "note", before, limit: notesPage });
    for (const note of notes) {
      const { target, text } = note.payload ?? {};
      if (typeof target !== "string" || typeof text !== "string" || !sought.has(target) || found.has(target)) continue;
      if (isHubAddress(text) && (await counts(reader, log, note))) found.set(target, text);
    }
    seen += notes.length;
    const last = notes.at(-1);
    if (last === undefined || notes.length < notesPage) break;
    before = placeOf(last);
  }
  return found;
}

async function counts(reader: Reader, log: ControlLog, { op_id, author }: Envelope): Promise<boolean> {
  const view = log.view();
  if (view.devices.get(author)?.role !== "full") return false;
  if (!view.removals.has(author)) return true;
  const place = (await reader.known([op_id])).get(op_id);
  return place !== undefined && standingOf(view, log.chains, { ...place, author, control: false }) === "counts";
}

const notesPage = 1_000;
