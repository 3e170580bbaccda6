/** Taking another device in by a code that is shown here (spec/09-pairing.md). */
import { z } from "@hono/zod-openapi";
import { did, opId, time } from "./values.ts";

/**
 * - `waiting`: the code is shown, and nobody came with it yet;
 * - `asking`: a device has it: both show three words, and `POST …/confirmation` says whether they are the same;
 * - `adding`: it was added, and takes the pool over;
 * - `done`: it has everything;
 * - `refused`, `over`: it was not added, as the owner said, or since nobody came in time or too many guessed.
 */
export const pairingState = z.enum(["waiting", "asking", "adding", "done", "refused", "over"]);

export const newPairing = z.object({ role: z.enum(["full", "mirror"]).default("full") }).openapi("NewPairing");

export const pairing = z
  .object({
    id: z.string(),
    state: pairingState,
    role: z.enum(["full", "mirror"]),
    digits: z.string().openapi({ description: "The code as it is typed on the new device: `fablepool join <digits>`" }),
    link: z.string().openapi({ description: "The same, and where this device is, for a QR code. It is as secret as the code" }),
    qr: z.array(z.string()).openapi({ description: "The link as a QR code: rows of `1` (dark) and `0`, without a border" }),
    url: z.string().openapi({ description: "Where the new device reaches this one" }),
    announced: z.boolean().openapi({ description: "The new device finds this one by the digits alone" }),
    expires_at: time,
    asking: z
      .object({ key: did, name: z.string(), words: z.array(z.string()) })
      .nullable()
      .openapi({ description: "Who came with the code; the words are the same on both, or somebody is between" }),
    op: opId.nullable().openapi({ description: "The operation that added it" }),
    why: z.string().openapi({ description: "Why it is over; empty otherwise" }),
  })
  .openapi("Pairing");

export const confirmation = z
  .object({ same: z.boolean().openapi({ description: "Whether both devices show the same words" }) })
  .openapi("PairingConfirmation");

export type PairingState = z.infer<typeof pairingState>;
export type NewPairing = z.input<typeof newPairing>;
export type Pairing = z.infer<typeof pairing>;
export type PairingConfirmation = z.infer<typeof confirmation>;
