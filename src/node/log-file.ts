/** The log as a file: one envelope a line in (lamport, op_id) order, so that it is readable, greppable and streamable. */
import type { FileHandle } from "node:fs/promises";
import { parseJson } from "../core/codec/parse.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { type OpId, type Place, placeOf } from "../core/op/operation.ts";
import type { Json } from "../core/ports.ts";
import { ingestOps } from "./ingest.ts";
import type { Replica } from "./replica.ts";

const batch = 500;

/** Yields the log's lines, each an envelope as JSON. */
export async function* exportLog(replica: Replica): AsyncGenerator<string> {
  for (let after: Place | undefined, more = true; more; ) {
    const ops = await replica.store.read((reader) => reader.ordered({ after, limit: batch }));
    for (const op of ops) yield `${JSON.stringify(op)}\n`;
    const last = ops.at(-1);
    if (last) after = placeOf(last);
    more = ops.length === batch;
  }
}

export interface LogImport {
  readonly accepted: number;
  readonly known: number;
  readonly rejected: readonly { readonly line: number; readonly op: string; readonly reason: string }[];
  readonly deferred: number;
}

/**
 * Takes in the lines of a log file, verifying each like an operation from a peer. A home without a pool takes `pool`, or
 * the pool of a genesis in the first line. Rejects with `PoolError("no_pool")` when neither is given.
 */
export async function importLog(replica: Replica, lines: AsyncIterable<string>, signal?: AbortSignal): Promise<LogImport> {
  const report = { accepted: 0, known: 0, rejected: [] as { line: number; op: string; reason: string }[], deferred: 0 };
  let number = 0;
  let waiting: { line: number; value: Json }[] = [];
  const flush = async () => {
    const values = waiting.map(({ value }) => value);
    const lineOf = new Map(waiting.map(({ line, value }) => [(value as { op_id?: unknown } | null)?.op_id, line]));
    waiting = [];
    const result = await ingestOps(replica, values);
    report.accepted += result.accepted.length;
    report.known += result.duplicates.length;
    report.deferred += result.deferred.length;
    for (const each of result.rejected) report.rejected.push({ line: lineOf.get(each.op) ?? 0, ...each });
  };
  for await (const text of lines) {
    number++;
    if (text.trim() === "") continue;
    if (signal?.aborted) break;
    try {
      const value = parseJson(text, { maxDepth: limits.messageDepth });
      if (number === 1) await adoptPool(replica, value);
      waiting.push({ line: number, value });
    } catch (error) {
      if (!(error instanceof PoolError) || error.code !== "parse") throw error;
      report.rejected.push({ line: number, op: "", reason: `parse error: ${error.message}` });
    }
    if (waiting.length >= batch) await flush();
  }
  await flush();
  return report;
}

async function adoptPool(replica: Replica, first: Json): Promise<void> {
  const { type, op_id } = (first ?? {}) as { type?: unknown; op_id?: unknown };
  await replica.store.write(async (tx) => {
    if ((await tx.pool()) !== null) return;
    if (type !== "genesis")
      throw new PoolError("no_pool", "there is no pool here, and the file's first line is no genesis to take it from");
    await tx.setPool(op_id as OpId);
  });
}

/** The lines of an open file, however long; a line over the message limit is refused before it is kept. */
export function linesOf(file: FileHandle): AsyncGenerator<string> {
  return splitLines(file.createReadStream({ encoding: "utf8", autoClose: false }));
}

/** The lines of text that comes in pieces; rejects with `PoolError("too_large")`, see `linesOf`. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
    if (rest.length > limits.messageBytes) throw new PoolError("too_large", `a line is over ${limits.messageBytes} bytes`);
  }
  if (rest !== "") yield rest;
}
