/** What the operators' API is given. What is not named here is refused: a slip would else do something else than was meant. */
import { z } from "zod";
import { PoolError } from "../../core/errors.ts";
import { hostRoles } from "../../core/sync/hosting.ts";
import { adminLimits } from "./admin-limits.ts";

const words = z.string().max(adminLimits.words);
const count = z.int().min(0).nullable();
const none = { operations: null, bytes: null };

export const invitationBody = z.strictObject({
  label: words.default(""),
  role: z.enum(hostRoles).default("mirror"),
  quota: z.strictObject({ operations: count.default(null), bytes: count.default(null) }).default(none),
  for_ms: z
    .int()
    .min(1)
    .max(adminLimits.invitationMs)
    .default(7 * 86_400_000),
});

export const noticeBody = z.strictObject({ notice: words.default("") });

export const nothingBody = z.strictObject({});

export const quotaBody = z.strictObject({ operations: count.optional(), bytes: count.optional() });

export const deleteBody = z.strictObject({
  notice: words.default(""),
  tell_for_ms: z.int().min(0).max(adminLimits.tellMs).default(adminLimits.tellMsUsual),
});

/** Throws `PoolError("bad_request")` that names the member and what is wrong with it. */
export function fitting<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  throw new PoolError("bad_request", `body${path === "" ? "" : `, ${path}`}: ${issue?.message ?? "it does not fit"}`);
}
