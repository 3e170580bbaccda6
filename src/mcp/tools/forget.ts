import * as z from "zod";
import type { OpId } from "../../core/op/operation.ts";
import { counted, forget, planForgetting } from "../../node/index.ts";
import { claimId } from "../claim-id.ts";
import { askOwner, requireAsking } from "../owner-word.ts";
import { tool } from "../tool.ts";
import { told } from "./judge.ts";

export const forgetTool = tool({
  name: "forget",
  title: "Forget for ever",
  description:
    "Takes the words of claims, and of all that quotes them, off every device of the owner, for ever: it can't be undone. The owner is asked " +
    "first, where your client can; else it is refused and they are told how. Use it only when the owner wants something gone; what is merely " +
    "wrong is refuted or corrected.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: z.object({ claims: z.array(claimId).min(1).max(20).describe("The claims, by id.") }),
  output: z.object({ forgotten: z.int().describe("Records whose words are gone."), redactions: z.array(z.string()) }),
  async run(call, asked) {
    const { service } = call;
    const { replica } = service.node;
    const { ids, sentences } = await told(service, asked.claims);
    requireAsking(call, "have something forgotten", `fablepool forget ${ids.join(" ")}`);
    const said = await saidWith(call, ids);
    const { items, quoting } = await planForgetting(replica, [...ids, ...said]);
    const ops = [...items, ...quoting];
    const question = await askOwner(call, {
      deed: "forget this for ever",
      sentences,
      effect: `${counted(ops.length, "record")} will lose all words, on every device of yours. THIS CAN'T BE UNDONE.`,
      about: ["forget", ids, ops.map(({ op_id }) => op_id).sort()],
    });
    if (question !== null) return question;
    const redactions = await forget(service.node, ops);
    return {
      lead: `Forgotten: the words of ${counted(ops.length, "record")} are gone.`,
      quotes: [],
      data: { forgotten: ops.length, redactions },
    };
  },
});

/** What it quoted its owner with, for these claims: it goes with them. */
function saidWith({ service }: Parameters<typeof askOwner>[0], claims: readonly OpId[]): Promise<OpId[]> {
  return service.read(async ({ reader }) => {
    const sources = (await reader.refsFrom(claims)).filter(({ kind }) => kind === "derives").map(({ to }) => to);
    const ops = await reader.envelopes([...new Set(sources)]);
    return ops.filter(({ type, author }) => type === "evidence" && author === service.assistant.record.did).map(({ op_id }) => op_id);
  });
}
