/**
 * Finding by what texts mean, by a model on this machine: off unless its address is given. Without it, or when it does not answer,
 * recall goes by words alone. What the model says of a text is kept (`Vectors`), and asked once.
 */
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Envelope } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { askChat, type ChatEndpoint } from "../chat-endpoint.ts";
import type { Home } from "../home.ts";
import type { Replica } from "../replica.ts";
import { claimTexts, evidenceTexts } from "../search-text.ts";
import { type Near, Vectors } from "./vectors.ts";

export interface MeaningOptions {
  readonly endpoint: ChatEndpoint;
  readonly model: string;
  readonly apiKey?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

const page = 500;

export class Meaning {
  readonly #of: MeaningOptions;
  readonly #vectors: Vectors;

  constructor(home: Home, of: MeaningOptions) {
    this.#of = of;
    this.#vectors = new Vectors(home, `${of.model} at ${of.endpoint.url}`);
  }

  /**
   * Asks about every claim and item that can be found and was not asked about: after an import, thousands. Rejects with what
   * `askChat` rejects with, and with `PoolError("peer")` for a reply of another form; what was kept before then is kept.
   */
  async learn(replica: Replica, options: { signal?: AbortSignal; onProgress?: (done: number) => void } = {}): Promise<number> {
    let learnt = 0;
    for (let after = 0, more = true; more && !options.signal?.aborted; ) {
      const unknown = await replica.store.read(async (reader) => {
        const arrivals = await reader.arrivals({ after, limit: page });
        more = arrivals.length === page;
        after = arrivals.at(-1)?.place ?? after;
        const ids = new Set((await reader.searchRows(arrivals.map(({ op }) => op.op_id))).map(({ id }) => id));
        return arrivals.flatMap(({ op }) => (ids.has(op.op_id) && !this.#vectors.has(op.op_id) ? op : []));
      });
      for (let from = 0; from < unknown.length && !options.signal?.aborted; from += limits.embeddingTexts) {
        if (this.#vectors.size >= limits.embeddingsKept) return learnt;
        const batch = unknown.slice(from, from + limits.embeddingTexts);
        const vectors = await this.#ask(batch.map(textOf), options.signal);
        this.#vectors.add(batch.map(({ op_id }, index) => [op_id, vectors[index] as readonly number[]]));
        learnt += batch.length;
        options.onProgress?.(learnt);
      }
    }
    return learnt;
  }

  /** What means most nearly the same as the question. Rejects as `learn` does. */
  async nearest(question: string, most: number, signal?: AbortSignal): Promise<Near[]> {
    if (question.trim() === "") return [];
    const [vector] = await this.#ask([question.slice(0, limits.embeddingCharacters)], signal);
    return this.#vectors.nearest(vector ?? [], most);
  }

  async #ask(input: readonly string[], signal: AbortSignal | undefined): Promise<(readonly number[])[]> {
    const { endpoint, model, apiKey, timeoutMs } = this.#of;
    const body = await askChat(
      endpoint,
      { model, input: input as Json[] },
      { apiKey, signal, timeoutMs, bytesMax: limits.embeddingReplyBytes },
    );
    return vectorsIn(body, input.length);
  }
}

function textOf({ type, payload = {} }: Envelope): string {
  const { title, people, place, text } = type === "claim" ? claimTexts(payload) : evidenceTexts(payload);
  const said = [title, people, place, text].filter((part) => part.trim() !== "").join("\n");
  // Nothing said, nothing meant: some servers refuse an empty text.
  return (said || "-").slice(0, limits.embeddingCharacters).toWellFormed();
}

/** `{data: [{index, embedding}]}`: one for each text, in any order. */
export function vectorsIn(body: Uint8Array, count: number): (readonly number[])[] {
  const data = membersOf(parsed(body))["data"];
  const vectors: (readonly number[])[] = [];
  for (const [place, each] of (Array.isArray(data) ? data : []).entries()) {
    const { index = place, embedding } = membersOf(each);
    if (typeof index === "number" && isVector(embedding)) vectors[index] = embedding;
  }
  const length = vectors[0]?.length;
  const all = Array.from({ length: count }, (_, index) => vectors[index]);
  if (all.every((vector) => vector !== undefined && vector.length === length)) return all as (readonly number[])[];
  throw new PoolError("peer", "its reply is not one list of numbers for each text, all of one length");
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as unknown;
  } catch (error) {
    throw new PoolError("peer", "its reply is not JSON", {}, { cause: error });
  }
}

function membersOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function isVector(value: unknown): value is readonly number[] {
  const isShort = Array.isArray(value) && value.length > 0 && value.length <= limits.embeddingNumbers;
  return isShort && value.every((number) => typeof number === "number" && Number.isFinite(number));
}
