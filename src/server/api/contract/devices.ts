/** Devices of the pool, how they are in sync, and what they disagreed about. */
import { z } from "@hono/zod-openapi";
import { claim } from "./claims.ts";
import { cascade } from "./judging.ts";
import { author, did, line, opId, time, timeMax } from "./values.ts";

export const device = z
  .object({
    key: did,
    role: z.string().openapi({ description: "`root`, `full`, `ingest`, `assistant` or `mirror`" }),
    rank: z.number().int(),
    name: z.string(),
    removed: z.boolean(),
    operations: z.number().int(),
    chains: z.number().int().openapi({ description: "More than one: its key was cloned, or a backup restored" }),
    self: z.boolean(),
    last_wrote: time.nullable().openapi({ description: "When the newest operation of it that is here was written, by its clock" }),
    last_contact: time.nullable().openapi({ description: "When this device last synced with it" }),
    ahead: z.number().int().nullable().openapi({ description: "Operations here that it may lack; null when it was never met" }),
  })
  .openapi("Device");
export const devices = z.object({ items: z.array(device) }).openapi("Devices");

export const newDevice = z
  .object({ key: did, role: z.enum(["full", "ingest", "assistant", "mirror"]).default("full"), name: z.string().max(100).default("") })
  .openapi("NewDevice");
export const addedDevice = z
  .object({
    op: opId,
    key: did,
    role: z.string(),
    invitation: z.string().openapi({ description: "What the new device is given: `fablepool join '<invitation>'`" }),
    address: z.string().nullable().openapi({ description: "Where this device serves; null when it does not, and can't be joined yet" }),
  })
  .openapi("AddedDevice");

const removalReason = z.enum(["retired", "lost", "stolen"]);
const lastThatCounts = opId.nullable().openapi({ description: "The last operation of it that still counts; null when none does" });

export const removal = z
  .object({
    reason: removalReason.optional().openapi({ description: "What happened; without it `stolen` when there is a `since`, else `retired`" }),
    since: time.min(0).max(timeMax).optional().openapi({
      description: "Since when somebody else may have it: from then on it does not count. With `stolen` this or `last` is needed",
    }),
    last: z
      .union([z.enum(["newest", "none"]), opId])
      .optional()
      .openapi({
        description: "The last operation of it that still counts; it goes before `since`. Without either: the newest known here",
      }),
  })
  .openapi("Removal");
export const removalPreview = cascade
  .extend({
    key: did,
    name: z.string(),
    reason: removalReason,
    since: time.nullable(),
    last: lastThatCounts,
    last_at: time.nullable().openapi({ description: "When `last` was written, by the device's own clock" }),
    contested: z.number().int().openapi({ description: "Operations known here that would no longer count" }),
    types: z.record(z.string(), z.number().int()).openapi({ description: "How many of them there are of each type" }),
    newest: z.array(line).openapi({ description: "The newest ten of them" }),
    devices: z.array(author).openapi({ description: "Devices that fall with it: only this one added them" }),
    unwitnessed: z
      .number()
      .int()
      .openapi({ description: "Operations that still count and that no other device had seen before `since`: they may be dated back" }),
    outranks: z.boolean().openapi({ description: "It ranks before this device, and may answer with a removal of its own: root stops it" }),
  })
  .openapi("RemovalPreview");
export const removed = z
  .object({
    op: opId,
    removed: did,
    reason: removalReason,
    last: lastThatCounts,
    contested: z.number().int(),
    falls: z.array(did).openapi({ description: "Devices that fell with it" }),
  })
  .openapi("Removed");

export const peerState = z.enum(["live", "periodic", "waiting", "syncing", "off"]);
export const syncReport = z
  .object({ at: time, pulled: z.number().int(), pushed: z.number().int(), rejected: z.number().int(), deferred: z.number().int() })
  .openapi("SyncSummary");
export const peer = z
  .object({
    url: z.string(),
    node: did.nullable().openapi({ description: "Null until it has answered once" }),
    name: z.string(),
    state: peerState,
    why: z.string().openapi({ description: "Why it is not live; empty when it is" }),
    since: time,
    retry_at: time.nullable(),
    last_contact: time.nullable(),
    last_report: syncReport.nullable(),
    progress: z.object({ pulled: z.number().int(), pushed: z.number().int() }).nullable(),
    ahead: z.number().int().nullable().openapi({ description: "Operations here that it may lack; null when it was never met" }),
  })
  .openapi("Peer");
export const sync = z
  .object({
    serving: z.object({ url: z.string() }).nullable(),
    peers: z.array(peer),
    incomplete: z.number().int().openapi({ description: "Operations whose words have not arrived" }),
    unproven: z.boolean(),
  })
  .openapi("Sync");
export const syncRequest = z
  .object({ url: z.string().max(2_000).optional().openapi({ description: "Of one peer, or a new one; without it all that are known" }) })
  .openapi("SyncRequest");

export const conflict = z
  .object({
    subject: z.string(),
    predicate: z.string(),
    words: z.string().openapi({ description: "How it was decided, in a sentence" }),
    winner: claim,
    losers: z.array(claim),
  })
  .openapi("Conflict");
export const conflicts = z
  .object({
    items: z.array(conflict),
    next: z.string().nullable(),
    total: z.number().int().nullable(),
    forks: z.array(z.object({ key: did, name: z.string(), chains: z.number().int(), words: z.string() })),
    contested: z.object({ total: z.number().int(), items: z.array(line), words: z.string() }).openapi({
      description: "Work of a device that was removed, from after the last operation that still counts",
    }),
  })
  .openapi("Conflicts");

export type Device = z.infer<typeof device>;
export type Devices = z.infer<typeof devices>;
export type NewDevice = z.input<typeof newDevice>;
export type AddedDevice = z.infer<typeof addedDevice>;
export type RemovalReason = z.infer<typeof removalReason>;
export type Removal = z.input<typeof removal>;
export type RemovalPreview = z.infer<typeof removalPreview>;
export type Removed = z.infer<typeof removed>;
export type PeerState = z.infer<typeof peerState>;
export type SyncSummary = z.infer<typeof syncReport>;
export type Peer = z.infer<typeof peer>;
export type Sync = z.infer<typeof sync>;
export type SyncRequest = z.input<typeof syncRequest>;
export type Conflict = z.infer<typeof conflict>;
export type Conflicts = z.infer<typeof conflicts>;
