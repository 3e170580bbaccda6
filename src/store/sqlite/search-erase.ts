/**
 * Taking words out of the search index so that its file has none of them left. FTS5 takes them out of the rows in which they
 * stand; two places are left, and are cleared here, at the end of the transaction that took words away.
 */
import type { Driver } from "./driver.ts";

/** FTS5 puts this before each word of the index itself (and other digits before those of prefix indexes, which we have not). */
const indexMark = "0";

const nobodysWord = "_";

/**
 * Between two pages of the index stands the least part of a word that tells them apart, at times all of it, also when no row has
 * the word any more. Then the index is merged anew, which a large one takes half a second for, and one word in thousands causes.
 */
export function clearSeparators(driver: Driver, words: Iterable<string>): void {
  flush(driver);
  const gone = [...words].filter((word) => driver.get("SELECT 1 FROM search_word WHERE term = ?", word) === undefined);
  const given = JSON.stringify(gone.map((word) => indexMark + word));
  const found = driver.get("SELECT 1 FROM search_idx WHERE term IN (SELECT CAST(value AS BLOB) FROM json_each(?)) LIMIT 1", given);
  if (found !== undefined) mergeAnew(driver);
}

/** FTS5 merges only what is in several pieces: a row that comes and goes makes sure of it. */
function mergeAnew(driver: Driver): void {
  driver.run("INSERT INTO search (rowid, kind) VALUES (0, ?)", nobodysWord);
  flush(driver);
  driver.run("INSERT INTO search (search) VALUES ('optimize')");
  driver.run("INSERT INTO search (search, rowid, kind) VALUES ('delete', 0, ?)", nobodysWord);
}

/**
 * SQLite moves rows from page to page when others between them grow, shrink or go, and leaves the old copies in the gaps, even
 * under `secure_delete`: what moved before it was taken out is still there. Whole pages it does empty. So the rows of the
 * index are all taken out and put back, in order, when none moves. Costs what the index holds: some 20 MB, and 0.2 s, for
 * 100,000 operations.
 */
export function clearGaps(driver: Driver): void {
  flush(driver);
  const pages = driver.all("SELECT id, block FROM search_data ORDER BY id");
  driver.run("DELETE FROM search_data");
  for (const { id, block } of pages) driver.run("INSERT INTO search_data VALUES (?, ?)", id as number, block as Uint8Array);
  const separators = driver.all("SELECT segid, term, pgno FROM search_idx ORDER BY segid, term");
  driver.run("DELETE FROM search_idx");
  for (const { segid, term, pgno } of separators) {
    driver.run("INSERT INTO search_idx VALUES (?, ?, ?)", segid as number, term as Uint8Array, pgno as number);
  }
}

/** FTS5 keeps what it was told in memory until the transaction ends. */
function flush(driver: Driver): void {
  driver.run("INSERT INTO search (search) VALUES ('flush')");
}
