/** What a language model would be asked about, before anything is sent. */
import { type OpId, type Place, placeOf } from "../core/op/operation.ts";
import { type AskedItem, askedItem, inQuestions, proseKinds, questionVersion } from "../derive/model/question.ts";
import type { ChatEndpoint } from "./chat-endpoint.ts";
import { eachEvidence, whoAndWhen } from "./derive-evidence.ts";
import type { Node } from "./open-node.ts";
import type { Replica } from "./replica.ts";

export interface AskedModel {
  readonly endpoint: ChatEndpoint;
  readonly model: string;
}

export interface Asking {
  readonly of: AskedModel;
  readonly questions: readonly (readonly AskedItem[])[];
  /** How many items of each kind are in them. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Items that would be asked about next time. */
  readonly left: number;
  /** Items that this model was asked about before, at this address. */
  readonly before: number;
}

export interface AskingOptions {
  /** Kinds of evidence; those that hold prose when left out. */
  readonly kinds?: readonly string[] | undefined;
  /** The most items in one run, the newest first. */
  readonly most: number;
  /** Ask about what was asked before, too. */
  readonly again?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** In `inference` operations: why something was sent. Another version of the question is another purpose. */
export const purpose = `derive claims, question ${questionVersion}`;

/** The person's own words of what holds and this model was not asked about yet. Sends nothing. */
export async function planAsking(node: Node, of: AskedModel, options: AskingOptions): Promise<Asking> {
  const { kinds: wanted = proseKinds, most, again = false, signal } = options;
  const before = again ? new Set<OpId>() : await askedBefore(node.replica, of);
  const { self } = await whoAndWhen(node.replica, node.writer.clock(), signal);
  const items: AskedItem[] = [];
  let [left, known] = [0, 0];
  await eachEvidence(node.replica, signal, (item) => {
    const asked = wanted.includes(item.kind) ? askedItem(item, self) : null;
    if (asked === null) return;
    if (before.has(item.id)) known++;
    else if (items.length === most) left++;
    else items.push(asked);
  });
  const kinds: Record<string, number> = {};
  for (const { kind } of items) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return { of, questions: inQuestions(items), kinds, left, before: known };
}

const page = 500;

/** Items of questions that got a reply: their `inference` operations have its hash. */
async function askedBefore(replica: Replica, { endpoint, model }: AskedModel): Promise<Set<OpId>> {
  const asked = new Set<OpId>();
  for (let before: Place | undefined, more = true; more; ) {
    const ops = await replica.store.read((reader) => reader.newest({ type: "inference", before, limit: page }));
    for (const { payload = {} } of ops) {
      const isOurs = payload["consumer"] === endpoint.url && payload["model"] === model && payload["purpose"] === purpose;
      const inputs = payload["inputs"];
      if (isOurs && payload["output_hash"] !== undefined && Array.isArray(inputs)) for (const id of inputs) asked.add(id as OpId);
    }
    const last = ops.at(-1);
    before = last && placeOf(last);
    more = ops.length === page;
  }
  return asked;
}
