/** What is believed: topics, claims, what needs a decision. */
import { z } from "@hono/zod-openapi";
import { author, claimStatus, did, json, line, opId, pageOf, pageQuery, sensitivity, time, trust } from "./values.ts";

/** The evidence that a claim rests on, by where it came from. */
export const sourceCount = z
  .object({
    adapter: z.string().openapi({ description: "The importer's or program's name, as `icalendar`" }),
    kind: z.string().openapi({ description: "What the items are, as `event` or `photo`" }),
    count: z.number().int(),
  })
  .openapi("SourceCount");

/** Members that a claim's payload has are the payload's, as in `fablepool claims --json`; all are absent when its words are not here. */
export const claim = z
  .object({
    id: opId,
    status: claimStatus,
    author: did,
    ts: time.openapi({ description: "When it was written, by its author's clock" }),
    subject: z.string().optional(),
    predicate: z.string().optional(),
    object: json.optional().openapi({ description: "Absent in lists when it is long (`clipped`): `GET /api/claims/{id}` has it" }),
    confidence: z.number().optional(),
    rationale: z.string().optional(),
    method: z.object({ name: z.string(), version: z.string() }).optional(),
    valid_from: time.optional(),
    valid_until: time.optional(),
    corrects: opId.optional(),
    sentence: z.string().openapi({ description: "For people, at most some 300 characters, without control characters" }),
    author_name: z.string(),
    topic: z.string().openapi({ description: "The id of its topic in `/api/topics`" }),
    clipped: z.boolean(),
    trust: trust.nullable().openapi({ description: "Null of a claim that does not stand" }),
    effective_sensitivity: sensitivity.nullable().openapi({ description: "Null of a claim that does not stand" }),
    fresh: time.nullable().openapi({ description: "When the latest evidence that it rests on took place; null without evidence" }),
    sources: z.array(sourceCount),
    rests_on: z.number().int().openapi({ description: "How many claims and items it was directly derived from" }),
    conflict: z.boolean().openapi({ description: "It won or lost against another claim: see `GET /api/claims/{id}`" }),
  })
  .openapi("Claim");

export const judgement = z
  .object({
    id: opId,
    kind: z.enum(["refuted", "corrected", "endorsed"]),
    author,
    ts: time,
    reason: z.string(),
  })
  .openapi("Judgement");

export const wholeClaim = claim
  .extend({
    derived_from: z.array(opId),
    seq: z.number().int(),
    judgements: z.array(judgement).openapi({ description: "In force, and reaching it" }),
    also_said_by: z.array(line).openapi({ description: "Other claims that stand and say the same" }),
    lost_to: line.nullable().openapi({ description: "Of a superseded claim: the one that stands instead" }),
    won_over: z.array(line),
    supports: z.number().int().openapi({ description: "How many claims are directly derived from it" }),
  })
  .openapi("WholeClaim");

export const topic = z
  .object({
    id: z.string().openapi({ description: "The first part of its predicates, as `place`" }),
    title: z.string(),
    predicates: z.array(z.object({ predicate: z.string(), title: z.string(), count: z.number().int() })),
    counts: z.partialRecord(claimStatus, z.number().int()),
    total: z.number().int().openapi({ description: "Claims that stand" }),
  })
  .openapi("Topic");
export const topics = z.object({ items: z.array(topic) }).openapi("Topics");

const many = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : String(value).split(",")), z.array(item).optional());

export const claimsQuery = pageQuery
  .extend({
    topic: z.string().max(200).optional(),
    predicate: z.string().max(200).optional().openapi({ description: "A whole predicate, or its beginning up to a dot" }),
    subject: z.string().max(1_000).optional(),
    status: many(claimStatus).openapi({ description: "Repeated or with commas; without it active and superseded" }),
    min_confidence: z.coerce.number().min(0).max(1).optional(),
    trust: many(trust),
    source: z.string().max(200).optional().openapi({ description: "Only what rests on evidence of this adapter" }),
    q: z.string().max(1_000).optional().openapi({ description: "Words or a question: the best come first then, and `sort` does nothing" }),
    as_of: z.coerce.number().int().optional().openapi({ description: "As it was then, by the clocks of those who wrote" }),
    sort: z.enum(["newest", "oldest"]).default("newest"),
  })
  .openapi("ClaimsQuery");
export const claims = pageOf(claim).openapi("Claims");

/** `conflict`: it lost against another claim; `low_trust`: it stands only by what others or assistants wrote. */
export const attentionReason = z.enum(["proposed", "conflict", "low_trust", "low_confidence"]);
export const attentionItem = z
  .object({
    reason: attentionReason,
    words: z.string().openapi({ description: "The reason in a sentence" }),
    claim,
    against: line.nullable().openapi({ description: "Of a conflict: the claim that stands" }),
  })
  .openapi("AttentionItem");
export const attention = pageOf(attentionItem).openapi("Attention");

export const newClaim = z
  .object({
    subject: z.string().min(1).max(1_000),
    predicate: z.string().min(1).max(200),
    object: json,
    confidence: z.number().gt(0).max(1).optional(),
    derived_from: z.array(opId).max(1_000).optional(),
    rationale: z.string().max(10_000).optional(),
    valid_from: time.optional(),
    valid_until: time.optional(),
    sensitivity: sensitivity.optional(),
  })
  .openapi("NewClaim");

/** The predicates that this version knows, for whoever states or corrects a claim. */
export const predicates = z
  .object({
    items: z.array(
      z.object({
        predicate: z.string(),
        topic: z.string(),
        title: z.string(),
        cardinality: z.enum(["one", "many"]),
        sensitivity,
        template: z.string(),
      }),
    ),
  })
  .openapi("Predicates");

export type SourceCount = z.infer<typeof sourceCount>;
export type Claim = z.infer<typeof claim>;
export type WholeClaim = z.infer<typeof wholeClaim>;
export type Judgement = z.infer<typeof judgement>;
export type Topic = z.infer<typeof topic>;
export type Topics = z.infer<typeof topics>;
export type ClaimsQuery = z.infer<typeof claimsQuery>;
export type Claims = z.infer<typeof claims>;
export type AttentionReason = z.infer<typeof attentionReason>;
export type AttentionItem = z.infer<typeof attentionItem>;
export type Attention = z.infer<typeof attention>;
export type NewClaim = z.infer<typeof newClaim>;
export type Predicates = z.infer<typeof predicates>;
