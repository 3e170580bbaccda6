/** Asking a language model what evidence tells (docs/derivers.md): off unless asked for, and kept apart from what rules say. */
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { OpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import { type AskedItem, questionOf } from "../derive/model/question.ts";
import { readReply } from "../derive/model/reply.ts";
import { askChat } from "./chat-endpoint.ts";
import { knownClaims } from "./derive-known.ts";
import { type Planned, stillHeld, stillSo } from "./derive-plan.ts";
import { type AskedModel, type Asking, purpose } from "./model-asking.ts";
import { modelWriter } from "./model-key.ts";
import { newOf, type Proposals } from "./model-proposals.ts";
import type { Node } from "./open-node.ts";
import { type Writer, writeDrafts } from "./write.ts";

export interface ModelReport {
  /** Questions that were sent, and items of evidence in them. */
  readonly questions: number;
  readonly items: number;
  /** Claims that wait for the owner now. */
  readonly proposed: number;
  /** Said by a rule, a person or a model before, or settled by what is believed already. */
  readonly known: number;
  /** Not written, because the owner refuted or corrected them. */
  readonly refused: number;
  /** Claims that were none, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Questions without a usable reply, and why. */
  readonly failed: readonly string[];
  /** True when so many failed in a row that the rest was not asked. */
  readonly gaveUp: boolean;
  readonly interrupted: boolean;
}

export interface ModelOptions {
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds a reply may take; `limits.modelReplyMs` when left out. */
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

/**
 * Asks the questions of `asking`, one after the other. What is sent is in the log before it leaves; the claims and the reply's
 * hash are there when the next question is asked. Rejects with `PoolError("role")` when this device may not ask.
 */
export async function deriveByModel(node: Node, asking: Asking, options: ModelOptions = {}): Promise<ModelReport> {
  const { signal, onProgress } = options;
  const writer = await modelWriter(node, asking.of.model);
  const run = new Run(node, asking.of, writer, options, await newOf(node, await knownClaims(node.replica, signal)));
  for (const [index, items] of asking.questions.entries()) {
    if (signal?.aborted || run.gaveUp) break;
    onProgress?.({ done: index, of: asking.questions.length });
    await run.ask(items);
  }
  return run.report();
}

class Run {
  gaveUp = false;
  readonly #node: Node;
  readonly #of: AskedModel;
  readonly #writer: Writer;
  readonly #options: ModelOptions;
  readonly #proposals: Proposals;
  readonly #counts = { questions: 0, items: 0, proposed: 0, known: 0, refused: 0 };
  readonly #dropped = new Map<string, number>();
  readonly #failed: string[] = [];
  #failedInARow = 0;

  constructor(node: Node, of: AskedModel, writer: Writer, options: ModelOptions, proposals: Proposals) {
    this.#node = node;
    this.#of = of;
    this.#writer = writer;
    this.#options = options;
    this.#proposals = proposals;
  }

  async ask(asked: readonly AskedItem[]): Promise<void> {
    const items = await this.#announce(asked);
    if (items.length === 0) return;
    this.#counts.questions++;
    this.#counts.items += items.length;
    const body = await this.#reply(questionOf(this.#of.model, items));
    if (body === null) return;
    const read = readReply(Buffer.from(body).toString("utf8"), items);
    if (read === null) this.#fail("its reply is not of the form that was asked for");
    else {
      this.#failedInARow = 0;
      for (const reason of read.dropped) this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
      const { fresh, known, refused } = await this.#proposals.of(read.claims, this.#of.model);
      this.#counts.known += known;
      this.#counts.refused += refused;
      await this.#write(fresh);
    }
    await this.#node.write([this.#inference(items, `sha256:${this.#node.replica.crypto.sha256Hex(body)}`)]);
  }

  /** Says in the log what will be sent, to whom and why; leaves out what was refuted or erased since it was read. */
  async #announce(asked: readonly AskedItem[]): Promise<AskedItem[]> {
    let items: AskedItem[] = [];
    await this.#node.write(async (tx) => {
      const held = await stillHeld(
        this.#node.replica,
        tx,
        asked.map(({ id }) => id),
      );
      items = asked.filter(({ id }) => held.has(id));
      return items.length === 0 ? [] : [this.#inference(items)];
    });
    return items;
  }

  #inference(items: readonly { readonly id: OpId }[], hash?: string): { type: "inference"; payload: JsonObject } {
    const { endpoint, model } = this.#of;
    const payload = { consumer: endpoint.url, purpose, model, inputs: items.map(({ id }) => id) };
    return { type: "inference", payload: hash === undefined ? payload : { ...payload, output_hash: hash } };
  }

  async #reply(question: JsonObject): Promise<Uint8Array | null> {
    try {
      return await askChat(this.#of.endpoint, question, this.#options);
    } catch (error) {
      if (!(error instanceof PoolError)) throw error;
      if (!this.#options.signal?.aborted) this.#fail(error.message);
      return null;
    }
  }

  async #write(claims: readonly Planned[]): Promise<void> {
    if (claims.length === 0) return;
    const ids = await writeDrafts(this.#node.replica, this.#writer, async (tx) => {
      const batch = await stillSo(this.#node.replica, tx, claims);
      return batch.map(({ payload }) => ({ type: "claim", payload }));
    });
    this.#counts.proposed += ids.length;
  }

  #fail(reason: string): void {
    this.#failed.push(reason);
    this.gaveUp = ++this.#failedInARow === limits.modelFailures;
  }

  report(): ModelReport {
    return {
      ...this.#counts,
      dropped: Object.fromEntries([...this.#dropped].sort()),
      failed: this.#failed,
      gaveUp: this.gaveUp,
      interrupted: this.#options.signal?.aborted ?? false,
    };
  }
}
