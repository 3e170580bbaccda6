/** What the memory answers, as a program reads it: the tools' own schemas. */
import type * as z from "zod";
import type { ToldClaim } from "../claims-told.ts";
import type { aboutTool } from "../tools/about.ts";
import type { forgetTool } from "../tools/forget.ts";
import type { confirmTool, correctTool, refuteTool } from "../tools/judge.ts";
import type { questionsTool } from "../tools/questions.ts";
import type { recallTool } from "../tools/recall.ts";
import type { rememberTool } from "../tools/remember.ts";
import type { whyTool } from "../tools/why.ts";

/** An answer: its data, and `text` to be put before a language model as it is: quoted, and marked as the memory's own words. */
type Answered<Tool extends { readonly output: z.ZodType }> = z.output<Tool["output"]> & { readonly text: string };
type Asked<Tool extends { readonly input: z.ZodType }> = z.input<Tool["input"]>;

export type Claim = ToldClaim;
export type Recalled = Answered<typeof recallTool>;
export type RecallOptions = Omit<Asked<typeof recallTool>, "question">;
export type About = Answered<typeof aboutTool>;
export type AboutOptions = Asked<typeof aboutTool>;
export type WhyAnswer = Answered<typeof whyTool>;
export type Remembering = Asked<typeof rememberTool>;
export type Remembered = Answered<typeof rememberTool>;
export type Correcting = Asked<typeof correctTool>;
export type Corrected = Answered<typeof correctTool>;
export type Refuted = Answered<typeof refuteTool>;
export type Confirmed = Answered<typeof confirmTool>;
export type Forgotten = Answered<typeof forgetTool>;
export type Questions = Answered<typeof questionsTool>;
export type QuestionsOptions = Asked<typeof questionsTool>;
