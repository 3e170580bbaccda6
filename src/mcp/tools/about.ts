import * as z from "zod";
import { limits } from "../../core/limits.ts";
import { counted } from "../../node/index.ts";
import { quoteOf, tell, toldClaim, withinBudget } from "../claims-told.ts";
import { quotable } from "../quoted.ts";
import type { Service } from "../service.ts";
import { looking, tool } from "../tool.ts";
import { tokenBudget } from "./recall.ts";

const topic = z.object({
  topic: z.string().describe("The first word of the predicates in it, as `place` of `place.home`."),
  claims: z.int(),
  predicates: z.array(z.string()),
});

/** Predicates named of one topic: more are not read by a model. */
const predicatesNamed = 40;
const topicsNamed = 60;

export const aboutTool = tool({
  name: "about",
  title: "What is known",
  description:
    "Says what the owner's memory knows as a whole, as far as you may read it: its topics with how much is known of each, and the claims " +
    "that are surest. Use it at the start of a conversation that is about the owner, or to learn which predicates there are. With `topic` " +
    "or `subject` it tells of that alone.",
  annotations: looking,
  input: z.object({
    topic: z.string().max(200).optional().describe("Only this topic or predicate, as `place` or `place.home`."),
    subject: z.string().max(500).optional().describe("Only about this one: `self` is the owner, others are like `person:ada`."),
    token_budget: tokenBudget,
  }),
  output: z.object({
    topics: z.array(topic),
    subjects: z.int().describe("How many people and things the claims are about."),
    total: z.int().describe("Claims that fit."),
    claims: z.array(toldClaim).describe("The surest of them, within the budget."),
  }),
  async run({ service }, { topic: only, subject, token_budget }) {
    const { total, subjects, topics, claims } = await overview(service, { only, subject });
    const told = withinBudget(claims, token_budget);
    await service.readings.note(
      "about",
      told.map(({ claim }) => claim as Parameters<Service["slice"]>[0][number]),
    );
    return {
      lead:
        total === 0
          ? "Nothing is known of this that you may read."
          : `${counted(total, "claim")} about ${counted(subjects, "subject")}. The surest of them:`,
      quotes: told.map((claim) => quoteOf(claim)),
      data: { topics, subjects, total, claims: told },
    };
  },
});

/** The slice, sorted by how sure it is. */
async function overview(
  service: Service,
  { only, subject }: { readonly only?: string | undefined; readonly subject?: string | undefined },
) {
  const fits = (predicate: string) => only === undefined || predicate === only || predicate.startsWith(`${only}.`);
  const all = (await service.wholeSlice()).filter(
    ({ op: { payload } }) => fits(String(payload["predicate"])) && (subject === undefined || payload["subject"] === subject),
  );
  const groups = Map.groupBy(all, ({ op }) => String(op.payload["predicate"]).split(".")[0] ?? "");
  const topics = [...groups].map(([name, claims]) => ({
    topic: quotable(name, 100),
    claims: claims.length,
    predicates: [...new Set(claims.map(({ op }) => quotable(String(op.payload["predicate"]), 100)))].sort().slice(0, predicatesNamed),
  }));
  topics.sort((left, right) => right.claims - left.claims || (left.topic < right.topic ? -1 : 1));
  const surest = all
    .toSorted((left, right) => Number(right.op.payload["confidence"]) - Number(left.op.payload["confidence"]) || right.op.ts - left.op.ts)
    .slice(0, limits.mcpAnswerClaims);
  const trusts = await service.trusts(surest.map(({ op }) => op.op_id));
  return {
    total: all.length,
    subjects: new Set(all.map(({ op }) => op.payload["subject"])).size,
    topics: topics.slice(0, topicsNamed),
    claims: surest.flatMap((claim) => {
      const trust = trusts.get(claim.op.op_id);
      return trust === undefined ? [] : [tell(claim, trust)];
    }),
  };
}
