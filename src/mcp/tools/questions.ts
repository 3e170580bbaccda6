import * as z from "zod";
import { ownProposals } from "../../node/index.ts";
import { quoteOf, type ToldClaim, tell, tellProposal, toldClaim, withinBudget } from "../claims-told.ts";
import type { Service } from "../service.ts";
import { looking, tool } from "../tool.ts";
import { tokenBudget } from "./recall.ts";

const question = toldClaim.extend({
  why: z.enum(["proposed", "unsure"]).describe("`proposed`: you proposed it, and it waits. `unsure`: the memory is not sure of it."),
});

/** Below it the memory would rather ask. */
const unsureBelow = 0.7;

export const questionsTool = tool({
  name: "questions",
  title: "What the memory would ask",
  description:
    "Lists what the memory would like its owner to decide, as far as you may know of it: what you proposed and nobody confirmed, and what it is " +
    "least sure of. When it fits the conversation, ask the owner one of them, then use `confirm`, `refute` or `correct` with their answer.",
  annotations: looking,
  input: z.object({ limit: z.int().min(1).max(50).default(10), token_budget: tokenBudget }),
  output: z.object({ questions: z.array(question), more: z.int().describe("Questions that were left out.") }),
  async run({ service }, { limit, token_budget }) {
    const proposed = await service.read(({ reader }) => ownProposals(reader, service.assistant.record.did, 200));
    const waiting = proposed.map((op) => ({ ...tellProposal(op), why: "proposed" as const }));
    const all = [...waiting, ...(await unsure(service))];
    const told = withinBudget(all.slice(0, limit), token_budget);
    const read = told.filter(({ why }) => why === "unsure").map(({ claim }) => claim as Parameters<Service["slice"]>[0][number]);
    await service.readings.note("questions", read);
    return {
      lead: told.length === 0 ? "There is nothing to ask." : `${told.length} to ask the owner. For each: is this so?`,
      quotes: told.map((each) => quoteOf(each, each.why === "proposed" ? "" : ", the memory is not sure")),
      data: { questions: told, more: all.length - told.length },
    };
  },
});

/** What nobody confirmed and no source makes sure, the least sure first. */
async function unsure(service: Service): Promise<(ToldClaim & { readonly why: "unsure" })[]> {
  const doubtful = (await service.wholeSlice()).filter(({ op }) => Number(op.payload["confidence"]) < unsureBelow);
  doubtful.sort(
    (left, right) =>
      Number(left.op.payload["confidence"]) - Number(right.op.payload["confidence"]) || (left.op.op_id < right.op.op_id ? -1 : 1),
  );
  const least = doubtful.slice(0, 200);
  const trusts = await service.trusts(least.map(({ op }) => op.op_id));
  return least.flatMap((claim) => {
    const trust = trusts.get(claim.op.op_id);
    return trust === undefined || trust === "user" ? [] : [{ ...tell(claim, trust), why: "unsure" as const }];
  });
}
