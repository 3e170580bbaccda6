/** The home at a glance, founding a pool, unlocking a key. */
import { z } from "@hono/zod-openapi";
import { claimStatus, did, opId, time } from "./values.ts";

/**
 * - `none`: there is no device here yet: offer to found a pool (`POST /api/pool`);
 * - `locked`: the key is protected by a passphrase (`POST /api/unlock`);
 * - `waiting`: this device has a key and no pool yet: it joins by its first sync;
 * - `open`: everything can be asked. In the other states every route but these three answers 409 with code `home` or `passphrase`.
 */
export const homeState = z.enum(["none", "locked", "waiting", "open"]);

export const status = z
  .object({
    state: homeState,
    version: z.string(),
    home: z.string().openapi({ description: "The home folder" }),
    now: time,
    device: z.object({ key: did, name: z.string(), role: z.string().nullable() }).nullable(),
    pool: opId.nullable(),
    operations: z.number().int(),
    claims: z.number().int(),
    evidence: z.number().int(),
    statuses: z.partialRecord(claimStatus, z.number().int()).openapi({ description: "How many claims have each status" }),
    attention: z.number().int().openapi({ description: "How many claims are proposed or have lost a conflict" }),
    last_change: time.nullable().openapi({ description: "When the newest operation was written" }),
    incomplete: z.number().int().openapi({ description: "Operations whose words have not arrived" }),
    forked: z.array(did).openapi({ description: "Keys that wrote two histories: copied, or restored from a backup" }),
    unproven: z.boolean().openapi({ description: "This store was restored: it does not write before a sync" }),
    peers: z.number().int(),
    address: z.string().nullable().openapi({ description: "Where this device serves its other devices now; null when it does not" }),
    sample: z.boolean().openapi({ description: "Whether the sample data is here to be tried" }),
  })
  .openapi("Status");

export const newPool = z
  .object({
    name: z.string().min(1).max(100).openapi({ description: "What to call this device" }),
    passphrase: z.string().min(1).max(1_000).optional().openapi({ description: "Protects the key files when it is given" }),
  })
  .openapi("NewPool");
export const foundedPool = z
  .object({ pool: opId, device: did, root: did, home: z.string(), recovery_phrase: z.string() })
  .openapi("FoundedPool", { description: "`recovery_phrase`: 24 words to be written down. They are told this once, and are kept nowhere" });

export const recovery = z
  .object({ confirmed: z.boolean().openapi({ description: "Whether a person has shown that they have the words" }) })
  .openapi("Recovery");

export const unlock = z.object({ passphrase: z.string().max(1_000) }).openapi("Unlock");

export type HomeState = z.infer<typeof homeState>;
export type Status = z.infer<typeof status>;
export type NewPool = z.infer<typeof newPool>;
export type FoundedPool = z.infer<typeof foundedPool>;
export type Recovery = z.infer<typeof recovery>;
export type Unlock = z.infer<typeof unlock>;
