/** SQLite's FTS5 as it comes, to compare with: its own tokenizer, stemmer and ranking, one column, all words of the question. */
import { DatabaseSync } from "node:sqlite";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { evidenceTexts } from "../../src/node/search-text.ts";

export type Finder = (question: string) => Promise<readonly OpId[]>;

export function bareFinder(ops: readonly Envelope[], depth: number): Finder {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE VIRTUAL TABLE item USING fts5 (words, tokenize = 'porter unicode61')");
  const insert = database.prepare("INSERT INTO item (rowid, words) VALUES (?, ?)");
  for (const [index, { payload }] of ops.entries()) insert.run(index, Object.values(evidenceTexts(payload as JsonObject)).join("\n"));
  const select = database.prepare("SELECT rowid FROM item WHERE item MATCH ? ORDER BY rank LIMIT ?");
  return async (question) => {
    const words = new Set(question.toLowerCase().match(/[\p{L}\p{N}]+/gu));
    const rows = select.all([...words].map((word) => `"${word}"`).join(" OR "), depth);
    return rows.flatMap((row) => ops[Number(row["rowid"])]?.op_id ?? []);
  };
}
