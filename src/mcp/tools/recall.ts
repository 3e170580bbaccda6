import * as z from "zod";
import { limits } from "../../core/limits.ts";
import { recall } from "../../node/index.ts";
import { quoteOf, tell, toldClaim, withinBudget } from "../claims-told.ts";
import { looking, tool } from "../tool.ts";

export const tokenBudget = z
  .int()
  .min(50)
  .max(limits.mcpAnswerTokensMax)
  .default(limits.mcpAnswerTokens)
  .describe("About how many tokens the answer may take.");

const known = toldClaim.extend({
  score: z.number().describe("Comparable within this answer only."),
  reasons: z.array(z.string()).describe("Why it is ranked here."),
  currency: z.enum(["current", "ended", "upcoming"]),
});

export const recallTool = tool({
  name: "recall",
  title: "Recall",
  description:
    "Looks up what the owner's memory knows that bears on a question, best first: claims, each with how sure it is, how far it goes back to " +
    "the owner, and when it was so. Ask in plain words, as the owner would (names, places and times like “last spring” are understood). " +
    "Use it before you answer anything that depends on who the owner is or what they did. When `knows` is false, say that you don't know.",
  annotations: looking,
  input: z.object({
    question: z.string().min(1).max(limits.mcpTextCharacters).describe("What you want to know, in plain words."),
    limit: z.int().min(1).max(limits.mcpAnswerClaims).default(10),
    token_budget: tokenBudget,
    time_zone: z.string().max(64).optional().describe("Where the owner's clock is, as Europe/Berlin: for words like “yesterday”."),
  }),
  output: z.object({
    knows: z.boolean().describe("False when nothing here answers the question: what is listed all the same is only near."),
    certainty: z.number().describe("Of questions that look as well answered as this one, the share that was, 0 to 1."),
    claims: z.array(known),
    left_out: z.int().describe("Claims that did not fit into the budget."),
    unknown_words: z.array(z.string()).describe("Words of the question that nothing has which you may read."),
  }),
  async run({ service }, { question, limit, token_budget, time_zone }) {
    const { permission } = await service.read(async (seen) => seen);
    const asked = { question, limit, tokenBudget: token_budget, mayRead: [permission.selector], now: service.now, zone: zoneOf(time_zone) };
    const { answers, confident, certainty, omitted, unknownWords } = await recall(service.node.replica, asked);
    const ids = answers.map(({ claim }) => claim);
    const readable = new Map((await service.slice(ids)).map((each) => [each.op.op_id, each]));
    const claims = answers.flatMap(({ claim, trust, score, reasons, freshness }) => {
      const found = readable.get(claim); // read again: what was withdrawn meanwhile is not told
      return found ? [{ ...tell(found, trust), score, reasons: [...reasons], currency: freshness.is }] : [];
    });
    const told = withinBudget(claims, token_budget);
    await service.readings.note(
      "recall",
      told.map(({ claim }) => claim as (typeof ids)[number]),
    );
    return {
      lead: leadOf(told.length, confident),
      quotes: told.map((claim) => quoteOf(claim)),
      data: {
        knows: confident && told.length > 0,
        certainty,
        claims: told,
        left_out: omitted + claims.length - told.length,
        unknown_words: [...unknownWords],
      },
    };
  },
});

function leadOf(count: number, confident: boolean): string {
  if (count === 0) return "Nothing that you may read here answers this. Say that you don't know.";
  const found = `${count} ${count === 1 ? "claim bears" : "claims bear"} on this, the best first.`;
  return confident ? found : `${found} None of them surely answers it: they are only near. Say that you don't know, or ask.`;
}

/** A name that the platform knows; else none. */
function zoneOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
