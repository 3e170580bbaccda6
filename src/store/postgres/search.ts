/**
 * The search index: one row for each word of an operation, with how often each field has it, and BM25 as the other stores
 * reckon it (FTS5's: k1 = 1.2, b = 0.75), so that all give one order. PostgreSQL's own full-text search has no BM25, and its
 * operators may use no index below a row-level policy.
 */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import { checkedRow, isSearchWord, searchFields, searchWeights } from "../search-row.ts";
import type { SearchField, SearchQuery, SearchRow, SearchWord, WordCounts } from "../store.ts";
import { bigintArray, bytesArray, integerArray, smallintArray, textArray } from "./arrays.ts";
import { atKeys, byKeys } from "./by-keys.ts";
import { digits, idArray, idText, utf8Hex, utf8Text } from "./rows.ts";
import { bytes, type Query, type Row } from "./session.ts";
import type { State } from "./state.ts";

/** Between the words of a field, and between fields. */
const [wordEnd, fieldEnd] = ["\u001f", "\u001e"];

/** What a `smallint` holds: of a word that stands there more often than this nobody could tell the difference. */
const timesMax = 32_767;

const weight = `CASE asked.field ${searchWeights.map(([field, each], at) => `WHEN ${at} THEN ${each} * ${field}`).join(" ")} ELSE ${searchWeights
  .map(([field, each]) => `${each} * ${field}`)
  .join(" + ")} END`;

const inField = `CASE asked.field ${searchFields.map((field, at) => `WHEN ${at} THEN ${field} > 0`).join(" ")} ELSE true END`;

/** Whether a row is no claim's, or of one that has one of the statuses of a parameter. */
function ofStatuses(parameter: string): string {
  return (
    `(${parameter}::smallint[] IS NULL OR NOT EXISTS ` +
    `(SELECT FROM claim WHERE claim.pool = $1 AND claim.id = search_row.id AND status <> ALL (${parameter})))`
  );
}

const fits = `($2::bigint IS NULL OR search_row.at >= $2) AND ($3::bigint IS NULL OR search_row.at < $3) AND ${ofStatuses("$4")}`;

const found = "search_row.id, search_row.at, search_row.words";

const latest = `SELECT ${found} FROM search_row WHERE pool = $1 AND ${fits} ORDER BY at DESC NULLS LAST, id LIMIT $5 OFFSET $6`;

/**
 * `$7` to `$10` are the words asked for: where each begins and ends in the index, its field or -1, its group. `$11` is the
 * number of all rows and `$12` the words in one on average, `$13` the groups, and `$14` whether anything is to be weighed.
 */
const ranked = `
WITH hit AS (
  SELECT asked.n, asked.part, word.op, sum(${weight}) AS weight
  FROM unnest($7::bytea[], $8::bytea[], $9::integer[], $10::integer[]) WITH ORDINALITY AS asked (low, high, field, part, n)
  CROSS JOIN LATERAL (
    SELECT op, ${searchFields.join(", ")} FROM search_word WHERE pool = $1 AND word >= asked.low AND word < asked.high OFFSET 0
  ) AS word
  WHERE ${inField}
  GROUP BY asked.n, asked.part, word.op
),
counted AS (
  SELECT n, part, op, weight, count(*) OVER (PARTITION BY n) AS rows FROM hit
),
fitting AS (
  SELECT op, array_agg(weight ORDER BY n) AS weights,
    array_agg(greatest(1e-6, ln(($11::float8 - rows + 0.5) / (rows + 0.5))) ORDER BY n) AS rarities
  FROM counted GROUP BY op HAVING count(DISTINCT part) = $13
)
SELECT ${found} FROM fitting
CROSS JOIN LATERAL (
  SELECT op, id, at, words, length FROM search_row WHERE pool = $1 AND search_row.op = fitting.op AND ${fits} LIMIT 1
) AS search_row
CROSS JOIN LATERAL (
  SELECT CASE WHEN $14::boolean THEN
    sum(rare * weight * 2.2 / (weight + 1.2 * (0.25 + 0.75 * search_row.length / $12::float8))) ELSE 0 END AS score
  FROM unnest(weights, rarities) AS asked (weight, rare)
) AS score
ORDER BY score.score DESC, search_row.at DESC NULLS LAST, search_row.id LIMIT $5 OFFSET $6`;

export async function searchWords(
  query: Query,
  state: State,
  { any, all = [], from, until, statuses, skip = 0, limit }: SearchQuery,
): Promise<SearchRow[]> {
  const allowed = statuses ? smallintArray(statuses.map((status) => claimStatuses.indexOf(status))) : null;
  const values = [from ?? null, until ?? null, allowed, limit, skip];
  const groups = [...(any.length > 0 ? [any] : []), ...all].map((words) => words.filter(({ word }) => isSearchWord(word)));
  if (groups.some((words) => words.length === 0)) return [];
  if (groups.length === 0) return (await query.all(latest, ...values)).map(rowOf);
  const asked = groups.flatMap((words, part) => words.map((word) => ({ ...spanOf(word), part })));
  const rows = await query.all(
    ranked,
    ...values,
    bytesArray(asked.map(({ low }) => low)),
    bytesArray(asked.map(({ high }) => high)),
    integerArray(asked.map(({ field }) => field)),
    integerArray(asked.map(({ part }) => part)),
    state.searchRows,
    state.searchWords / Math.max(1, state.searchRows) || 1,
    groups.length,
    any.length > 0,
  );
  return rows.map(rowOf);
}

/** From the word on, up to what comes next: 00 is before all that begins with it, and ff after, being in no UTF-8. */
function spanOf({ word, begins, field }: SearchWord): { low: string; high: string; field: number } {
  const low = utf8Hex(word);
  return { low, high: `${low}${begins ? "ff" : "00"}`, field: field ? searchFields.indexOf(field) : -1 };
}

export async function rowsOfOps(query: Query, ids: readonly OpId[]): Promise<SearchRow[]> {
  if (ids.length === 0) return [];
  return (await query.all(`SELECT ${found} FROM ${rowsById}`, idArray([...new Set(ids)]))).map(rowOf);
}

/** `$2` are ids of operations. */
const rowsById =
  `(${byKeys("n", "op", "id")}) AS op ` +
  "CROSS JOIN LATERAL (SELECT * FROM search_row WHERE pool = $1 AND search_row.op = op.n LIMIT 1) AS search_row";

export async function countWords(query: Query, state: State, words: readonly string[]): Promise<WordCounts> {
  const asked = bytesArray([...new Set(words.filter(isSearchWord))].map(utf8Hex));
  const rows = await query.all(
    `SELECT word, count(*) AS rows FROM (${byKeys("word", "search_word", "word")}) AS found GROUP BY word`,
    asked,
  );
  return { rows: state.searchRows, having: new Map(rows.map((row) => [utf8Text(row["word"]), row["rows"] as number])) };
}

/** As one list: so many rows would take longer. */
const timesSql =
  "SELECT json_agg(search_row.at ORDER BY search_row.at) AS times FROM search_word " +
  "CROSS JOIN LATERAL (SELECT id, at FROM search_row WHERE pool = $1 AND search_row.op = search_word.op LIMIT 1) AS search_row " +
  `WHERE search_word.pool = $1 AND word = $2 AND search_row.at IS NOT NULL AND ${ofStatuses("$3")}`;

export async function timesOfWord(query: Query, word: string, statuses: readonly ClaimStatus[] | undefined): Promise<number[]> {
  if (!isSearchWord(word)) return [];
  const allowed = statuses ? smallintArray(statuses.map((status) => claimStatuses.indexOf(status))) : null;
  const [row] = await query.all(timesSql, bytes(utf8Hex(word)), allowed);
  return (row?.["times"] as number[] | null) ?? [];
}

/** Replaces the rows of operations that are in the store. Of several rows of one operation the last counts. */
export async function addToIndex(query: Query, state: State, rows: readonly SearchRow[]): Promise<void> {
  const byId = new Map(rows.map((row) => [digits(row.id), checkedRow(row)]));
  if (byId.size === 0) return;
  await removeFromIndex(
    query,
    state,
    [...byId.values()].map(({ id }) => id),
  );
  const there = await query.all(byKeys("n, id", "op", "id"), bytesArray([...byId.keys()]));
  if (there.length === 0) return;
  const added = there.map(({ n, id }) => ({ n: n as number, row: byId.get(id as string) as SearchRow }));
  const lengths = added.map(({ row }) => searchFields.reduce((sum, field) => sum + row.words[field].length, 0));
  await query.run(
    "INSERT INTO search_row (pool, op, id, at, length, words) SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bigint[], $5::integer[], $6::text[])",
    bigintArray(added.map(({ n }) => n)),
    idArray(added.map(({ row }) => row.id)),
    bigintArray(added.map(({ row }) => row.at)),
    integerArray(lengths),
    textArray(added.map(({ row }) => searchFields.map((field) => row.words[field].join(wordEnd)).join(fieldEnd))),
  );
  state.searchRows += added.length;
  state.searchWords += lengths.reduce((sum, length) => sum + length, 0);
  const words = added.flatMap(({ n, row }) => [...timesOf(row)].map(([word, times]) => ({ n, word, times })));
  await query.run(
    `INSERT INTO search_word (pool, op, word, ${searchFields.join(", ")}) SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], ` +
      `${searchFields.map((_, at) => `$${at + 4}::smallint[]`).join(", ")})`,
    bigintArray(words.map(({ n }) => n)),
    bytesArray(words.map(({ word }) => utf8Hex(word))),
    ...searchFields.map((_, at) => smallintArray(words.map(({ times }) => Math.min(timesMax, times[at] ?? 0)))),
  );
}

/** How often each field has each word of a row. */
function timesOf(row: SearchRow): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const [at, field] of searchFields.entries()) {
    for (const word of row.words[field]) {
      const counts = times.get(word) ?? searchFields.map(() => 0);
      counts[at] = (counts[at] ?? 0) + 1;
      times.set(word, counts);
    }
  }
  return times;
}

export async function removeFromIndex(query: Query, state: State, ids: readonly OpId[]): Promise<void> {
  if (ids.length === 0) return;
  for (const row of await query.all(`SELECT search_row.op, search_row.length, ${found} FROM ${rowsById}`, idArray([...new Set(ids)]))) {
    const words = new Set((row["words"] as string).split(fieldEnd).flatMap((field) => field.split(wordEnd)));
    words.delete("");
    const op = row["op"] as number;
    const hex = bytesArray([...words].map(utf8Hex));
    await query.run(`DELETE FROM search_word WHERE ${atKeys("search_word", "word", "AND op = $3")}`, hex, op);
    await query.run("DELETE FROM search_row WHERE pool = $1 AND op = $2", op);
    state.searchRows -= 1;
    state.searchWords -= row["length"] as number;
  }
}

function rowOf(row: Row): SearchRow {
  const fields = (row["words"] as string).split(fieldEnd).map((words) => (words === "" ? [] : words.split(wordEnd)));
  const words = Object.fromEntries(searchFields.map((field, at) => [field, fields[at] ?? []])) as unknown as Record<SearchField, string[]>;
  return { id: idText(row["id"]), at: row["at"] as number | null, words };
}
