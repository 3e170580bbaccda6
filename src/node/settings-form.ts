/** Whether what a file says are settings: a person may have edited it, and a backup may be somebody else's. */
import type { Json } from "../core/ports.ts";
import { isObject } from "../core/sync/messages.ts";
import type { Settings } from "./home.ts";

/** The settings in a value, members that are not known included; null when one that is known is not of its form. */
export function settingsOf(value: Json): Settings | null {
  if (!isObject(value)) return null;
  const { name = "", peers = [], address, localAddress, recovery, backup, ...rest } = value;
  if (typeof name !== "string" || !Array.isArray(peers) || !peers.every(isPeer)) return null;
  if (![address, localAddress].every((each) => each === undefined || typeof each === "string")) return null;
  if (recovery !== undefined && !isRecovery(recovery)) return null;
  if (backup !== undefined && !isPlan(backup)) return null;
  const given = { address, localAddress, recovery, backup };
  const known = Object.entries(given).filter(([, each]) => each !== undefined);
  return { ...rest, ...Object.fromEntries(known), name, peers: peers as unknown as Settings["peers"] };
}

function isPeer(value: Json): boolean {
  return isObject(value) && typeof value["url"] === "string" && (value["node"] === null || typeof value["node"] === "string");
}

function isRecovery(value: Json): boolean {
  return isObject(value) && typeof value["recipient"] === "string" && typeof value["confirmed"] === "boolean";
}

function isPlan(value: Json): boolean {
  if (!isObject(value)) return false;
  const { file, everyMs, recipient } = value;
  return typeof file === "string" && typeof recipient === "string" && Number.isSafeInteger(everyMs) && Number(everyMs) > 0;
}
