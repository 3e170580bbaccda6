/** The owner's word on claims, through an assistant: asked for, and signed by the owner's device. */
import * as z from "zod";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Json } from "../../core/ports.ts";
import { confirm, correct, propose, refute, wholeSentence } from "../../node/index.ts";
import { claimId, idOf } from "../claim-id.ts";
import { jsonValue, textOrNothing } from "../claims-told.ts";
import { askOwner, canAsk, requireAsking } from "../owner-word.ts";
import { inQuotes } from "../quoted.ts";
import { wouldReplace } from "../replaced.ts";
import type { Service } from "../service.ts";
import { tool } from "../tool.ts";
import { moment, timeOf } from "./remember.ts";

const reason = z.string().min(1).max(limits.mcpTextCharacters).optional().describe("Why, in the owner's words.");
const targets = z.array(claimId).min(1).max(20).describe("The claims, by id.");
const annotations = { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

export const refuteTool = tool({
  name: "refute",
  title: "Refute",
  description:
    "Says in the owner's name that claims are wrong: they, what others say the same, and what was built on them are believed no more. The " +
    "owner is asked first, where your client can; else they have to do it themselves. Use it only when the owner says that something is wrong.",
  annotations: { ...annotations, destructiveHint: true },
  input: z.object({ claims: targets, reason }),
  output: z.object({ refuted: z.array(z.string()), judgement: z.string(), undo_with: z.string() }),
  async run(call, asked) {
    const { service } = call;
    const { ids, sentences } = await told(service, asked.claims);
    requireAsking(call, "refute claims", `fablepool refute ${ids.join(" ")}`);
    const effect = "What was built on this falls with it. It can be undone.";
    const question = await askOwner(call, {
      deed: "say that this is wrong",
      sentences,
      effect,
      about: ["refute", ids, asked.reason ?? null],
    });
    if (question !== null) return question;
    const judgement = await refute(service.node, ids, through(service, asked.reason));
    return {
      lead: `Refuted: ${ids.join(", ")}. To take it back: fablepool undo ${judgement}`,
      quotes: [],
      data: { refuted: [...ids], judgement, undo_with: `fablepool undo ${judgement}` },
    };
  },
});

export const confirmTool = tool({
  name: "confirm",
  title: "Confirm",
  description:
    "Says in the owner's name that claims are right: what you proposed counts from then on, and what was derived counts as the owner's own word. The " +
    "owner is asked first, where your client can; else they have to do it themselves.",
  annotations,
  input: z.object({ claims: targets, reason }),
  output: z.object({ confirmed: z.array(z.string()), judgement: z.string(), undo_with: z.string() }),
  async run(call, asked) {
    const { service } = call;
    const { ids, sentences, claims } = await told(service, asked.claims);
    requireAsking(call, "confirm claims", `fablepool confirm ${ids.join(" ")}`);
    const replaced = (await wouldReplace(service, claims)).map(({ sentence }) => inQuotes(sentence, 300));
    const instead = replaced.length === 0 ? "" : ` It takes the place of ${replaced.slice(0, 5).join(", ")}.`;
    const effect = `It will count as your own word.${instead} It can be undone.`;
    const question = await askOwner(call, {
      deed: "say that this is right",
      sentences,
      effect,
      about: ["confirm", ids, asked.reason ?? null],
    });
    if (question !== null) return question;
    const judgement = await confirm(service.node, ids, through(service, asked.reason));
    return {
      lead: `Confirmed: ${ids.join(", ")}. To take it back: fablepool undo ${judgement}`,
      quotes: [],
      data: { confirmed: [...ids], judgement, undo_with: `fablepool undo ${judgement}` },
    };
  },
});

export const correctTool = tool({
  name: "correct",
  title: "Correct",
  description:
    "Replaces a wrong claim by the right one in the owner's name. The owner is asked first, where your client can. Where it can't, the right " +
    "one is proposed and waits for the owner. Use it only when the owner says what is right.",
  annotations: { ...annotations, destructiveHint: true },
  input: z.object({
    claim: claimId,
    object: jsonValue.describe("What is right, in the form of the wrong claim's object."),
    said: z.string().min(1).max(limits.mcpSaidCharacters).optional().describe("What the owner said, word for word."),
    valid_from: moment.optional(),
    valid_until: moment.optional(),
  }),
  output: z.object({
    is: z.enum(["corrected", "proposed", "proposed before", "known"]),
    claim: z.string().describe("The claim that says what is right."),
    confirm_with: textOrNothing,
  }),
  async run(call, asked) {
    const { service } = call;
    const { ids, sentences, claims } = await told(service, [asked.claim]);
    const [id, wrong] = [ids[0] as OpId, claims[0]?.payload ?? {}];
    const [object, from, until] = [asked.object as Json, timeOf(asked.valid_from), timeOf(asked.valid_until)];
    const [subject, predicate] = [String(wrong["subject"]), String(wrong["predicate"])];
    if (!canAsk(call)) {
      const said = asked.said === undefined ? {} : { said: asked.said };
      const proposed = await propose(service.node, service.assistant, {
        subject,
        predicate,
        object,
        confidence: 0.9,
        basedOn: [],
        from,
        until,
        ...said,
      });
      const command = `fablepool correct ${id} …, or fablepool confirm ${proposed.claim}`;
      return {
        lead: `Your client can't ask the owner, so what is right is only proposed. It waits for their word: ${command}`,
        quotes: [],
        data: { is: proposed.is, claim: proposed.claim, confirm_with: `fablepool confirm ${proposed.claim}` },
      };
    }
    const right = wholeSentence({ ...wrong, subject, predicate, object });
    const question = await askOwner(call, {
      deed: "replace the first of these by the second",
      sentences: [sentences[0] ?? "", right],
      effect: "What was built on the wrong one falls with it. It can be undone.",
      about: ["correct", id, object, from ?? null, until ?? null],
    });
    if (question !== null) return question;
    const times = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
    const claim = await correct(service.node, id, { object, ...times, reason: through(service, asked.said) });
    return {
      lead: `Corrected: ${claim} stands in the place of ${id}.`,
      quotes: [],
      data: { is: "corrected" as const, claim, confirm_with: null },
    };
  },
});

/** Claims that the assistant may speak of: those that it may read, and those that it proposed. Rejects with `not_found` for any other. */
export async function told(service: Service, texts: readonly string[]) {
  const ids = [...new Set(texts.map(idOf))].sort();
  const readable = await service.slice(ids);
  const own = await service.proposals(ids);
  const claims = new Map([...readable.map(({ op }) => op), ...own].map((op) => [op.op_id, op]));
  const missing = ids.find((id) => !claims.has(id));
  if (missing !== undefined) throw service.unknown(missing);
  const ops = ids.flatMap((id) => claims.get(id) ?? []);
  return { ids, claims: ops, own, sentences: ops.map(({ payload }) => wholeSentence(payload)) };
}

function through({ assistant }: Service, reason: string | undefined): string {
  const by = `through the assistant ${assistant.record.name}`;
  return reason === undefined ? by : `${reason} (${by})`;
}
