/**
 * The owner's word, asked for through the assistant (elicitation). Judgements are the owner's and signed by their device (section 6), never
 * by the assistant's key; so each needs a yes of theirs, given to exactly this question. That a person gave it is the client's word.
 */
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
} from "@modelcontextprotocol/server";
import { canonical } from "../core/codec/canonical.ts";
import { PoolError } from "../core/errors.ts";
import type { Json } from "../core/ports.ts";
import { inQuotes } from "./quoted.ts";
import type { Asked } from "./service.ts";
import type { Call } from "./tool.ts";

export interface Question {
  /** What is to be done, after "asks to": this node's words. */
  readonly deed: string;
  /** Stored text that it is about. */
  readonly sentences: readonly string[];
  /** What a yes leads to. */
  readonly effect: string;
  /** All that the yes is for. */
  readonly about: Json;
}

const sentencesShown = 10;

/** True when the client says that it can put a form before its user. */
export function canAsk({ server, context }: Call): boolean {
  const envelope = context.mcpReq.envelope as Readonly<Record<string, unknown>> | undefined;
  const declared = (envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities()) as ClientCapabilities | undefined;
  const { elicitation } = declared ?? {};
  return elicitation !== undefined && (elicitation.form !== undefined || Object.keys(elicitation).length === 0);
}

/** Null when the owner said yes; else the question, to be returned. Rejects with `PoolError("interrupted")` when they did not. */
export async function askOwner(call: Call, question: Question): Promise<InputRequiredResult | null> {
  const { service, context } = call;
  const about = service.node.replica.crypto.sha256Hex(canonical(question.about));
  const view = inputResponse(context.mcpReq.inputResponses, "agree");
  const state = context.mcpReq.requestState<Asked>();
  if (view.kind === "missing" || state?.about !== about) {
    return inputRequired({
      inputRequests: { agree: inputRequired.elicit({ message: messageOf(call, question), requestedSchema: agreement }) },
      requestState: await service.asking.mint({ about }),
    });
  }
  if (view.kind === "elicit" && view.action === "accept" && view.content?.["agree"] === true) return null;
  throw new PoolError("interrupted", "the owner did not agree: nothing was done. Don't ask again unless they want it");
}

const agreement = {
  type: "object" as const,
  properties: { agree: { type: "boolean" as const, title: "Yes, do it", default: false } },
  required: ["agree"],
};

function messageOf({ service }: Call, { deed, sentences, effect }: Question): string {
  const shown = sentences.slice(0, sentencesShown).map((sentence) => `  ${inQuotes(sentence, 300)}`);
  const more = sentences.length > sentencesShown ? [`  … and ${sentences.length - sentencesShown} more`] : [];
  return [`The assistant ${service.assistant.record.name} asks to ${deed}:`, ...shown, ...more, effect].join("\n");
}

/** Rejects, saying how the owner does it themselves. */
export function requireAsking(call: Call, deed: string, command: string): void {
  if (canAsk(call)) return;
  throw new PoolError("unauthorized", `only the owner may ${deed}, and this client can't ask them. Tell them to run: ${command}`);
}
