/** Taking in a person's files. */
import { z } from "@hono/zod-openapi";
import { time } from "./values.ts";

/**
 * - `reading`: files are read and their items written; what is written stays when it is cancelled;
 * - `deriving`: the rules conclude from what is new;
 * - `done`, `cancelled`, `failed`: over.
 */
export const importState = z.enum(["reading", "deriving", "done", "cancelled", "failed"]);

export const importProblem = z
  .object({ file: z.string(), position: z.string(), reason: z.string() })
  .openapi("ImportProblem", { description: "`position` is where in the file, when that is known" });

export const importReport = z
  .object({
    files: z.number().int(),
    formats: z.record(z.string(), z.number().int()).openapi({ description: "How many files of each format were recognised" }),
    skipped: z.number().int().openapi({ description: "Files of no known format" }),
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    forgotten: z.number().int().openapi({ description: "Left out, because they were forgotten here" }),
    problems: z.array(importProblem).openapi({ description: "The first 1,000" }),
    problems_total: z.number().int(),
    interrupted: z.boolean(),
  })
  .openapi("ImportReport");

export const deriveReport = z
  .object({
    evidence: z.number().int(),
    conclusions: z.number().int(),
    added: z.number().int(),
    updated: z.number().int(),
    retired: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
    failed: z.array(z.object({ deriver: z.string(), reason: z.string() })),
    interrupted: z.boolean(),
  })
  .openapi("DeriveReport");

export const importJob = z
  .object({
    id: z.string(),
    state: importState,
    sample: z.boolean(),
    started: time,
    ended: time.nullable(),
    files: z.object({ done: z.number().int(), of: z.number().int() }),
    items: z.number().int().openapi({ description: "Items of evidence written or known so far" }),
    problems: z.array(importProblem).openapi({ description: "Found so far, the first 1,000" }),
    problems_total: z.number().int(),
    report: importReport.nullable(),
    derived: deriveReport.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  })
  .openapi("ImportJob");
export const importJobs = z.object({ items: z.array(importJob) }).openapi("ImportJobs", { description: "Of this run, the newest first" });

export type ImportState = z.infer<typeof importState>;
export type ImportProblem = z.infer<typeof importProblem>;
export type ImportReport = z.infer<typeof importReport>;
export type DeriveReport = z.infer<typeof deriveReport>;
export type ImportJob = z.infer<typeof importJob>;
export type ImportJobs = z.infer<typeof importJobs>;
