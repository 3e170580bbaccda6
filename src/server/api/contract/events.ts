/**
 * `GET /api/events`: a `text/event-stream` that is read by `fetch`, which sends the token, and not by `EventSource`, which
 * can't. Each event has its name, one of the keys of `events`, and one JSON value as its data.
 */
import { z } from "@hono/zod-openapi";
import { peer } from "./devices.ts";
import { homeState } from "./home.ts";
import { importJob } from "./importing.ts";
import { pairing } from "./pairing.ts";
import { opId, time } from "./values.ts";

/** Operations were admitted, by this process or another: ask again for what is shown. */
export const changedEvent = z
  .object({
    operations: z.number().int(),
    ids: z.array(opId).openapi({ description: "The first 200 of the new ones" }),
    claims: z.array(opId).openapi({ description: "Those of them that are claims, or that they judge; the first 200" }),
    conflicts: z.number().int().openapi({ description: "Topics in conflict that this moved, as far as this process did it" }),
    at: time,
  })
  .openapi("ChangedEvent");
export const stateEvent = z.object({ state: homeState }).openapi("StateEvent");
export const syncEvent = z.object({ peer }).openapi("SyncEvent");
export const importEvent = z.object({ job: importJob }).openapi("ImportEvent");
export const pairingEvent = z.object({ pairing }).openapi("PairingEvent");
export const pingEvent = z.object({ now: time }).openapi("PingEvent");

export const events = {
  changed: changedEvent,
  state: stateEvent,
  sync: syncEvent,
  import: importEvent,
  pairing: pairingEvent,
  ping: pingEvent,
} as const;

export type ChangedEvent = z.infer<typeof changedEvent>;
export type StateEvent = z.infer<typeof stateEvent>;
export type SyncEvent = z.infer<typeof syncEvent>;
export type ImportEvent = z.infer<typeof importEvent>;
export type PairingEvent = z.infer<typeof pairingEvent>;
export type PingEvent = z.infer<typeof pingEvent>;
export interface Events {
  changed: ChangedEvent;
  state: StateEvent;
  sync: SyncEvent;
  import: ImportEvent;
  pairing: PairingEvent;
  ping: PingEvent;
}
