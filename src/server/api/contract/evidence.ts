/** What the sources said: evidence, search, the timeline, and why a claim is believed. */
import { z } from "@hono/zod-openapi";
import { judgement } from "./claims.ts";
import { author, claimStatus, evidenceStatus, json, line, opId, pageOf, pageQuery, sensitivity, time, trust } from "./values.ts";

export const geo = z
  .object({ latitude: z.number(), longitude: z.number(), label: z.string() })
  .openapi("Geo", { description: "A position on the earth, in degrees (WGS 84)" });

/** Where a source says it. */
export const place = z
  .object({
    adapter: z.string(),
    account: z.string().nullable(),
    uri: z.string().nullable().openapi({ description: "As the importer wrote it, as `notes/today.md#line=3,5`" }),
    words: z.string().openapi({ description: "The same for people: `notes/today.md, lines 4–5`" }),
  })
  .openapi("SourcePlace");

export const evidenceItem = z
  .object({
    id: opId,
    status: evidenceStatus,
    kind: z.string(),
    title: z.string(),
    snippet: z.string().openapi({ description: "The beginning of what it says" }),
    when: time.nullable().openapi({ description: "When what it tells of took place" }),
    source: place.nullable(),
    geo: geo.nullable(),
  })
  .openapi("EvidenceItem");

export const wholeEvidence = evidenceItem
  .extend({
    ts: time,
    author,
    origin: trust.nullable(),
    observed_at: time.nullable(),
    sensitivity: sensitivity.nullable(),
    newest: z.boolean().openapi({ description: "False when a later version of the same item is in the log" }),
    quote: z.string().openapi({ description: "What it literally says, at most 10,000 characters" }),
    content: json.openapi({ description: "All of it, as the importer wrote it; null when its words are gone" }),
    supports: z.array(line).openapi({ description: "Claims that are directly derived from it, at most 100" }),
    supports_total: z.number().int(),
  })
  .openapi("WholeEvidence");

export const evidenceQuery = pageQuery
  .extend({
    from: z.coerce.number().int().optional(),
    to: z.coerce.number().int().optional().openapi({ description: "Not including it" }),
    source: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: "Only of this kind, as `event` or `photo`; `other` for kinds that no importer here makes" }),
  })
  .openapi("EvidenceQuery");
export const evidence = pageOf(evidenceItem).openapi("Evidence");

export const searchQuery = z
  .object({
    q: z.string().max(1_000).default(""),
    limit: z.coerce.number().int().min(1).max(200).default(20),
    type: z.enum(["claim", "evidence"]).optional(),
    kind: z.string().max(200).optional(),
    predicate: z.string().max(200).optional(),
    person: z.string().max(200).optional(),
    place: z.string().max(200).optional(),
    from: z.coerce.number().int().optional(),
    to: z.coerce.number().int().optional(),
  })
  .openapi("SearchQuery");
export const found = z
  .object({
    id: opId,
    type: z.enum(["claim", "evidence"]),
    kind: z.string().openapi({ description: "A claim's predicate, or what evidence is" }),
    score: z.number(),
    title: z.string(),
    snippet: z.string(),
    when: time.nullable(),
    status: z.union([claimStatus, evidenceStatus]),
  })
  .openapi("Found");
export const search = pageOf(found).openapi("SearchResult");

export const timelineQuery = z
  .object({
    from: z.coerce.number().int().optional(),
    to: z.coerce.number().int().optional(),
    buckets: z.coerce.number().int().min(1).max(500).default(60),
    source: z.string().max(200).optional().openapi({ description: "Only of this kind; `claim` for claims" }),
    zone: z.string().max(100).default("UTC").openapi({ description: "Days begin by this zone's clock, as `Europe/Paris`" }),
  })
  .openapi("TimelineQuery");
/** Counts to the day: bounds are beginnings of days in the zone asked for. */
export const timeline = z
  .object({
    from: time.openapi({ description: "The first instant shown: of everything when none was asked for" }),
    to: time,
    first: time.nullable().openapi({ description: "The earliest that there is at all; null when there is nothing" }),
    last: time.nullable(),
    sources: z.array(z.object({ source: z.string(), count: z.number().int() })).openapi({
      description: "What there is within the bounds, the most first: kinds of evidence, and `claim`",
    }),
    buckets: z.array(z.object({ from: time, to: time, counts: z.record(z.string(), z.number().int()), total: z.number().int() })),
    undated: z.number().int().openapi({ description: "Items that tell no time" }),
  })
  .openapi("Timeline");

export const whyNode = z
  .object({
    id: opId,
    type: z.string().openapi({ description: "`claim`, `evidence` or another; `missing` when it has not arrived" }),
    status: z.string(),
    sentence: z.string(),
    depth: z.number().int().openapi({ description: "Steps from the claim that was asked for" }),
    confidence: z.number().nullable(),
    trust: trust.nullable(),
    sensitivity: sensitivity.nullable(),
    author: author.nullable(),
    ts: time.nullable(),
    rationale: z.string(),
    method: z.string().openapi({ description: "Who concluded it: a rule's name, `stated`, a model's" }),
    judgements: z.array(judgement),
    also_said_by: z.array(opId),
    kind: z.string().openapi({ description: "Of evidence, what it is; else empty" }),
    when: time.nullable(),
    quote: z.string(),
    source: place.nullable(),
    geo: geo.nullable(),
  })
  .openapi("WhyNode");
export const why = z
  .object({
    claim: opId,
    nodes: z.array(whyNode).openapi({ description: "The claim first, then by depth" }),
    edges: z.array(z.object({ from: opId, to: opId })).openapi({ description: "`from` was derived from `to`" }),
    truncated: z.boolean().openapi({ description: "There is more than is shown" }),
  })
  .openapi("Why");

export type Geo = z.infer<typeof geo>;
export type SourcePlace = z.infer<typeof place>;
export type EvidenceItem = z.infer<typeof evidenceItem>;
export type WholeEvidence = z.infer<typeof wholeEvidence>;
export type EvidenceQuery = z.infer<typeof evidenceQuery>;
export type Evidence = z.infer<typeof evidence>;
export type SearchQuery = z.infer<typeof searchQuery>;
export type Found = z.infer<typeof found>;
export type SearchResult = z.infer<typeof search>;
export type TimelineQuery = z.infer<typeof timelineQuery>;
export type Timeline = z.infer<typeof timeline>;
export type WhyNode = z.infer<typeof whyNode>;
export type Why = z.infer<typeof why>;
