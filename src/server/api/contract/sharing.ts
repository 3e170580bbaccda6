/** Grants, what they show, and the ledger. An entry has the members of `fablepool ledger --json`, and sentences beside them. */
import { z } from "@hono/zod-openapi";
import { did, line, opId, sensitivity, time } from "./values.ts";

export const selector = z
  .object({
    predicates: z.array(z.string().max(200)).max(200).openapi({ description: "Patterns; `*` is any run of characters" }),
    subjects: z.array(z.string().max(1_000)).max(200).optional(),
    min_confidence: z.number().min(0).max(1).optional(),
    max_sensitivity: sensitivity.optional().openapi({ description: "`personal` without" }),
  })
  .openapi("Selector");

export const grantEntry = z
  .object({
    grant: opId,
    grantee: did,
    name: z.string(),
    by: did,
    at: time,
    terms: z
      .object({ grantee: did, selector, purpose: z.string(), expiresAt: time, refreshMs: z.number().int(), purgeMs: z.number().int() })
      .nullable()
      .openapi({ description: "Null of a grant whose words were taken away" }),
    status: z.enum(["active", "revoked", "expired"]),
    revocation: z.object({ id: opId, ts: time }).nullable(),
    accesses: z.array(z.object({ op: opId, server: did, at: time, outcome: z.string(), served: z.number().int(), root: z.string() })),
    receipts: z.array(z.object({ op: opId, at: time, purged: z.string().nullable() })),
    purge: z.object({
      state: z.enum(["none", "owed", "overdue", "acknowledged"]),
      since: time.nullable(),
      due: time.nullable(),
      disputed: z.boolean(),
    }),
    challenge: z
      .object({
        at: time,
        root: z.string().nullable(),
        matched: z.boolean(),
        unmatchedSince: time.nullable(),
        state: z.enum(["matched", "unmatched", "disputed", "unanswered"]),
      })
      .nullable(),
    withdrawn: z.array(opId).openapi({ description: "Claims that ceased to be active and that the grantee may still hold" }),
    sentence: z.string().openapi({ description: "Who may see what until when" }),
    standing: z.string().openapi({ description: "What is owed, in words" }),
    open: z.boolean().openapi({ description: "It needs an eye: something is owed, overdue, withdrawn or disputed" }),
  })
  .openapi("GrantEntry");

export const grantsQuery = z
  .object({ all: z.enum(["true", "false"]).default("false").openapi({ description: "Those that are over, too" }) })
  .openapi("GrantsQuery");
export const grants = z
  .object({ items: z.array(grantEntry), hidden: z.number().int().openapi({ description: "How many more are over" }) })
  .openapi("Grants");

/** A claim as a grantee sees it. */
export const shownClaim = z
  .object({
    kind: z.literal("attestation"),
    v: z.literal(1),
    claim: opId,
    subject: z.string(),
    predicate: z.string(),
    object: z.unknown(),
    confidence: z.number(),
    sensitivity,
    sentence: z.string(),
  })
  .loose()
  .openapi("ShownClaim");
export const wholeGrant = grantEntry
  .extend({
    invitation: z.string().openapi({ description: "What the grantee takes it up with; empty when it is over" }),
    shows: z.array(shownClaim).openapi({ description: "What it shows now, the first 200" }),
    shows_total: z.number().int(),
    withdrawn_claims: z.array(line),
  })
  .openapi("WholeGrant");

export const grantPreviewRequest = z.object({ selector }).openapi("GrantPreviewRequest");
export const grantPreview = z
  .object({
    items: z.array(shownClaim).openapi({ description: "The first 200" }),
    total: z.number().int(),
    sentence: z.string(),
    sensitivities: z.partialRecord(sensitivity, z.number().int()),
  })
  .openapi("GrantPreview");

export const newGrant = z
  .object({
    grantee: did,
    selector,
    purpose: z.string().min(1).max(2_000),
    expires_at: time,
    refresh_ms: z.number().int().positive().optional(),
    purge_ms: z.number().int().positive().optional(),
    name: z.string().max(100).optional(),
  })
  .openapi("NewGrant");
export const given = z
  .object({ grant: opId, grantee: did, expires_at: time, claims: z.number().int(), invitation: z.string() })
  .openapi("GivenGrant");

export const revocationRequest = z.object({ why: z.string().max(2_000).optional() }).openapi("RevocationRequest");
export const revoked = z.object({ grant: opId, revocation: opId }).openapi("RevokedGrant");

export const ledger = z
  .object({
    grants: z.array(grantEntry),
    attempts: z.array(z.object({ at: time, key: z.string().nullable(), type: z.string(), grant: opId.nullable() })).openapi({
      description: "What this device refused to others, the newest first",
    }),
  })
  .openapi("Ledger");

export type Selector = z.infer<typeof selector>;
export type GrantEntry = z.infer<typeof grantEntry>;
export type Grants = z.infer<typeof grants>;
export type ShownClaim = z.infer<typeof shownClaim>;
export type WholeGrant = z.infer<typeof wholeGrant>;
export type GrantPreviewRequest = z.infer<typeof grantPreviewRequest>;
export type GrantPreview = z.infer<typeof grantPreview>;
export type NewGrant = z.infer<typeof newGrant>;
export type GivenGrant = z.infer<typeof given>;
export type RevocationRequest = z.infer<typeof revocationRequest>;
export type RevokedGrant = z.infer<typeof revoked>;
export type Ledger = z.infer<typeof ledger>;
