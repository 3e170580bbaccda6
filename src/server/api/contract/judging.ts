/** The owner's word on claims, what it does to others, and erasure. */
import { z } from "@hono/zod-openapi";
import { claim } from "./claims.ts";
import { claimStatus, json, line, opId, sensitivity, time } from "./values.ts";

/** A claim whose status changes, or would. */
export const change = z
  .object({
    id: opId,
    sentence: z.string(),
    before: claimStatus.nullable().openapi({ description: "Null of a claim that is new" }),
    after: claimStatus,
  })
  .openapi("Change");

/** Everything that changes: `falls` are claims that stood and would not. */
export const cascade = z
  .object({
    changes: z.array(change).openapi({ description: "The first 500: those that were judged, then what follows" }),
    total: z.number().int(),
    falls: z.number().int().openapi({ description: "Claims that stood and no longer do, beside those that were judged" }),
    rises: z.number().int().openapi({ description: "Claims that did not stand and now do" }),
  })
  .openapi("Cascade");

export const impactQuery = z.object({ judgement: z.enum(["confirm", "refute", "correct", "forget", "undo"]) }).openapi("ImpactQuery");
export const impact = cascade
  .extend({
    judgement: z.enum(["confirm", "refute", "correct", "forget", "undo"]),
    erases: z.number().int().openapi({ description: "Of `forget`: operations whose words would go, on every device" }),
  })
  .openapi("Impact");

const reason = z.string().max(10_000).optional();
const targets = z.array(opId).min(1).max(800);

export const judgementRequest = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("confirm"), targets, reason }),
    z.object({ kind: z.literal("refute"), targets, reason }),
    z.object({
      kind: z.literal("correct"),
      target: opId,
      object: json,
      predicate: z.string().min(1).max(200).optional(),
      subject: z.string().min(1).max(1_000).optional(),
      valid_from: time.optional(),
      valid_until: time.optional(),
      sensitivity: sensitivity.optional(),
      reason,
    }),
    z.object({ kind: z.literal("undo"), target: opId }).openapi({
      description: "Takes back a refutation or confirmation, or every refutation in force of a claim; of a correction, refutes it",
    }),
  ])
  .openapi("JudgementRequest");
export const judged = cascade
  .extend({
    kind: z.enum(["confirm", "refute", "correct", "undo"]),
    op: opId.openapi({ description: "The operation that says so: `undo` takes it back" }),
    targets: z.array(opId),
    undone: z.array(opId).openapi({ description: "Of `undo`: the judgements that were taken back" }),
    claim: claim.nullable().openapi({ description: "Of `correct`: the claim that stands instead" }),
  })
  .openapi("Judged");

export const forgettingPlan = z.object({ targets, only: z.boolean().default(false) }).openapi("ForgettingPlanRequest");
export const forgettingPlanned = z
  .object({
    plan: z.string().openapi({ description: "Say it back to `POST /api/forgettings`: what is erased is then what was shown" }),
    items: z.array(line).openapi({ description: "What was named, in every version; at most 500 shown" }),
    quoting: z.array(line).openapi({ description: "What quotes it; at most 500 shown. Empty with `only`" }),
    items_total: z.number().int(),
    quoting_total: z.number().int(),
    cascade,
  })
  .openapi("ForgettingPlan");
export const forgettingRequest = forgettingPlan.extend({ plan: z.string().max(100) }).openapi("ForgettingRequest");
export const forgotten = z.object({ forgotten: z.array(opId), redactions: z.array(opId) }).openapi("Forgotten");

export type Change = z.infer<typeof change>;
export type Cascade = z.infer<typeof cascade>;
export type ImpactQuery = z.infer<typeof impactQuery>;
export type Impact = z.infer<typeof impact>;
export type JudgementRequest = z.input<typeof judgementRequest>;
export type Judged = z.infer<typeof judged>;
export type ForgettingPlanRequest = z.input<typeof forgettingPlan>;
export type ForgettingPlan = z.infer<typeof forgettingPlanned>;
export type ForgettingRequest = z.input<typeof forgettingRequest>;
export type Forgotten = z.infer<typeof forgotten>;
