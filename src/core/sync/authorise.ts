/** Who may ask what (section 7, "Transport, authentication, authorisation"): one table, as code. */
import { type DeviceView, isRemoved } from "../admission/device-view.ts";
import type { Did } from "../crypto/did-key.ts";

/**
 * What a key is to this node's pool:
 * - `replica`: root, `full` or `mirror`: everything;
 * - `writer`: `ingest`: its own operations and control operations, reduced heads;
 * - `assistant`: the same and, of what was granted to it, its slices;
 * - `answering`: removed, but only by keys that rank after it: it may still answer with control operations;
 * - `removed`: 403 for everything;
 * - `grantee`: a key that something was granted to: its slices, and receipts. Only the grants in the log tell: `partyOf` says `stranger`;
 * - `stranger`: anyone else, and every unsigned request: a `hello` that tells only `protocol` and `node`.
 */
export type Party = "replica" | "writer" | "assistant" | "answering" | "removed" | "grantee" | "stranger";

export function partyOf(view: DeviceView, key: Did | null): Party {
  if (key === null) return "stranger";
  if (key === view.root) return "replica";
  const device = view.devices.get(key);
  if (isRemoved(view, key)) {
    const later = device !== undefined && view.removals.get(key)?.every((removal) => removal.byRank > device.rank);
    return later ? "answering" : "removed";
  }
  if (device === undefined) return "stranger";
  if (device.role === "full" || device.role === "mirror") return "replica";
  if (device.role === "assistant") return "assistant";
  return device.role === "ingest" ? "writer" : "stranger";
}

const delegation = ["delegate_pull", "purge_receipt"];
const writing = ["hello", "ops_request", "push", "heads"];
const allowed: Readonly<Record<Party, ReadonlySet<string>>> = {
  replica: new Set([...writing, "frontier", "ops_since", ...delegation]),
  writer: new Set(writing),
  // Its receipts are a grantee's, which it is when anything was granted to it.
  assistant: new Set([...writing, ...delegation]),
  answering: new Set(["hello", "push", "heads"]),
  removed: new Set(),
  grantee: new Set(["hello", ...delegation]),
  stranger: new Set(["hello"]),
};

/** Every message this protocol knows. `holdings_request` is a delegate's to answer: a node of the pool refuses it like an unknown grant. */
export const messageTypes: ReadonlySet<string> = new Set([...allowed.replica, "holdings_request"]);

export function mayAsk(party: Party, type: string): boolean {
  return allowed[party].has(type);
}

/** Which operations a party may push: all, its own, its own control operations, or none. */
export function mayPush(party: Party, key: Did | null, op: { readonly author: unknown; readonly control: boolean }): boolean {
  if (party === "replica") return true;
  if (party === "writer" || party === "assistant") return op.author === key;
  return party === "answering" && op.author === key && op.control;
}

/** Which operations a party may read. */
export function mayRead(party: Party, key: Did | null, op: { readonly author: Did; readonly control: boolean }): boolean {
  return party === "replica" || ((party === "writer" || party === "assistant") && (op.author === key || op.control));
}
