/** The search index: FTS5 over words that the caller made, and beside it when each row took place and of which claim it is. */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import { checkedRow, isSearchWord, searchFields } from "../search-row.ts";
import type { SearchQuery, SearchRow, SearchWord, WordCounts } from "../store.ts";
import type { Driver, Row, Value } from "./driver.ts";
import { atMost, idKeys, idText, opIs } from "./rows.ts";

/** Between the words of a field, and between fields: nothing that FTS5 takes for part of a word. */
const [wordEnd, fieldEnd] = ["\u001f", "\u001e"];

const columns = searchFields.join(", ");
const found = "op.id, search_row.at, search_words.words";
const joined =
  "CROSS JOIN op ON op.n = search_row.op CROSS JOIN search_words ON search_words.n = search_row.n " +
  "LEFT JOIN claim ON claim.n = search_row.claim";
const fits =
  "(? IS NULL OR search_row.at >= ?) AND (? IS NULL OR search_row.at < ?) " +
  "AND (? IS NULL OR claim.n IS NULL OR claim.status IN (SELECT value FROM json_each(?)))";

/** FTS5 sorts by rank itself: rows that nobody asks for are then not even looked up. */
const byRank = `SELECT ${found} FROM search CROSS JOIN search_row ON search_row.n = search.rowid ${joined} WHERE search MATCH ? AND ${fits} ORDER BY search.rank ${atMost} OFFSET ?`;
const marked = `SELECT ${found} FROM search CROSS JOIN search_row ON search_row.n = search.rowid ${joined} WHERE search MATCH ? AND ${fits} ORDER BY search_row.at DESC, op.id ${atMost} OFFSET ?`;
const latest = `SELECT ${found} FROM search_row ${joined} WHERE ${fits} ORDER BY search_row.at DESC, op.id ${atMost} OFFSET ?`;

export function searchIndex(driver: Driver, { any, all = [], from, until, statuses, skip = 0, limit }: SearchQuery): SearchRow[] {
  const [least, below] = [from ?? null, until ?? null];
  const allowed = statuses ? JSON.stringify(statuses.map((status) => claimStatuses.indexOf(status))) : null;
  const values: Value[] = [least, least, below, below, allowed, allowed, limit, skip];
  const groups = [...(any.length > 0 ? [any] : []), ...all].map((words) => words.filter(({ word }) => isSearchWord(word)));
  if (groups.some((words) => words.length === 0)) return [];
  const match = groups.map((words) => `(${words.map(phrase).join(" OR ")})`).join(" AND ");
  const rows = match === "" ? driver.all(latest, ...values) : driver.all(any.length > 0 ? byRank : marked, match, ...values);
  return rows.map(rowOf);
}

/** In quotes, where nothing but a quote means anything to FTS5, and no word has one. */
function phrase({ word, begins, field }: SearchWord): string {
  return `${field ? `${field} : ` : ""}"${word}"${begins ? " *" : ""}`;
}

export function rowsOfOps(driver: Driver, ids: readonly OpId[]): SearchRow[] {
  const sql =
    "SELECT op.id, search_row.at, search_words.words FROM op CROSS JOIN search_row ON search_row.op = op.n " +
    `CROSS JOIN search_words ON search_words.n = search_row.n WHERE ${opIs}`;
  return ids.flatMap((id) => driver.all(sql, ...idKeys(id)).map(rowOf));
}

export function countWords(driver: Driver, words: readonly string[]): WordCounts {
  const rows = Number(driver.get("SELECT count(*) AS rows FROM search_row")?.["rows"] ?? 0);
  const having = new Map<string, number>();
  for (const word of words) {
    const row = driver.get("SELECT doc FROM search_word WHERE term = ?", word);
    if (row) having.set(word, row["doc"] as number);
  }
  return { rows, having };
}

/** As one text: so many numbers, a row each, take five times as long. */
const timesSql =
  "SELECT json_group_array(search_row.at) AS times FROM search CROSS JOIN search_row ON search_row.n = search.rowid " +
  "LEFT JOIN claim ON claim.n = search_row.claim WHERE search MATCH ? AND search_row.at IS NOT NULL " +
  "AND (? IS NULL OR claim.n IS NULL OR claim.status IN (SELECT value FROM json_each(?)))";

export function timesOfWord(driver: Driver, word: string, statuses: readonly ClaimStatus[] | undefined): number[] {
  if (!isSearchWord(word)) return [];
  const allowed = statuses ? JSON.stringify(statuses.map((status) => claimStatuses.indexOf(status))) : null;
  const times = JSON.parse(driver.get(timesSql, phrase({ word }), allowed, allowed)?.["times"] as string) as number[];
  return times.sort((left, right) => left - right);
}

/** Returns the words that the operation's row had before. */
export function addToIndex(driver: Driver, row: SearchRow): readonly string[] {
  const { id, at, words } = checkedRow(row);
  const before = removeFromIndex(driver, id);
  const fields = searchFields.map((field) => words[field].join(wordEnd));
  const n = driver.insert("INSERT INTO search_words (words) VALUES (?)", fields.join(fieldEnd));
  driver.run(
    `INSERT INTO search_row SELECT ?, op.n, claim.n, ? FROM op LEFT JOIN claim ON claim.id = op.id WHERE ${opIs}`,
    n,
    at,
    ...idKeys(id),
  );
  driver.run(`INSERT INTO search (rowid, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`, n, ...fields);
  return before;
}

const overwriteWords =
  "UPDATE search_words SET words = substr(hex(zeroblob(octet_length(words) / 2 + 1)), 1, octet_length(words)) WHERE n = ?";

/** FTS5 takes out what it is told: exactly what it was given. Returns the words that the row had. */
export function removeFromIndex(driver: Driver, id: OpId): readonly string[] {
  const row = driver.get(
    "SELECT search_words.n, search_words.words FROM op CROSS JOIN search_row ON search_row.op = op.n " +
      `CROSS JOIN search_words ON search_words.n = search_row.n WHERE ${opIs}`,
    ...idKeys(id),
  );
  if (row === undefined) return [];
  const n = row["n"] as number;
  const fields = (row["words"] as string).split(fieldEnd);
  driver.run(`INSERT INTO search (search, rowid, ${columns}) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)`, n, ...fields);
  driver.run(overwriteWords, n);
  driver.run("DELETE FROM search_row WHERE n = ?", n);
  return fields.flatMap((words) => words.split(wordEnd));
}

function rowOf(row: Row): SearchRow {
  const fields = (row["words"] as string).split(fieldEnd).map((words) => (words === "" ? [] : words.split(wordEnd)));
  const words = Object.fromEntries(searchFields.map((field, index) => [field, fields[index] ?? []])) as unknown as SearchRow["words"];
  return { id: idText(row["id"]), at: row["at"] as number | null, words };
}
