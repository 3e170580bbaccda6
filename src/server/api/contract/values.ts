/** What every part of the contract is made of. Times are milliseconds since the epoch, in UTC, unless a name says otherwise. */
import { z } from "@hono/zod-openapi";
import { sensitivities } from "../../../core/claim/sensitivity.ts";
import { claimStatuses } from "../../../core/claim/status.ts";

export const opId = z
  .string()
  .regex(/^op:[0-9a-f]{64}$/, "an id is op: and 64 hex digits")
  .openapi({ description: "An operation's id", example: `op:${"0".repeat(64)}` });
export const did = z
  .string()
  .regex(/^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/, "a key is did:key:z6Mk and 44 more characters")
  .openapi({ description: "A device's or grantee's public key" });
/** Milliseconds since the epoch. */
export const time = z.number().int().openapi({ description: "Milliseconds since the epoch" });
/** The last time that a date can hold (ECMA-262). */
export const timeMax = 8.64e15;
export const json = z.unknown().openapi({ description: "Any JSON value" });

export const sensitivity = z.enum(sensitivities);
export const trust = z.enum(["user", "import", "assistant", "third_party"]).openapi({
  description: "The least trusted origin that a claim can't stand without: `user` is the best, `third_party` the least",
});
export const claimStatus = z.enum(claimStatuses);
export const evidenceStatus = z.enum(["holds", "contested", "redacted", "pending", "void", "refuted"]);

/** Every answer that is no success. `code` is one of spec/errors.md. */
export const problem = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string().openapi({ description: "One sentence for people: what is wrong, and where" }),
      hint: z.string().optional().openapi({ description: "What to do about it" }),
    }),
  })
  .openapi("Problem");

/** A key with the name that a note of the owner's gives it; "" when there is none. */
export const author = z.object({ key: z.string(), name: z.string() }).openapi("Author");

/** An operation in one line. */
export const line = z.object({ id: opId, type: z.string(), sentence: z.string() }).openapi("Line");

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional().openapi({ description: "`next` of the page before" }),
});

/** A page. It may hold fewer than `limit`, even none, while `next` is there: what fits a filter may be far between. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().openapi({ description: "Give it as `after` for what follows; null at the end" }),
    total: z.number().int().nullable().openapi({ description: "How many match; null when counting them would mean reading all" }),
  });
}

export type Sensitivity = z.infer<typeof sensitivity>;
export type Trust = z.infer<typeof trust>;
export type ClaimStatus = z.infer<typeof claimStatus>;
export type EvidenceStatus = z.infer<typeof evidenceStatus>;
export type Problem = z.infer<typeof problem>;
export type Author = z.infer<typeof author>;
export type Line = z.infer<typeof line>;
export interface Page<Item> {
  items: Item[];
  next: string | null;
  total: number | null;
}
