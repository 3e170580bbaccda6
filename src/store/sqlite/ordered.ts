/** The log in (lamport, op_id) order, by merging chains: along a chain the lamport only grows. */
import { comparePlaces, type Place } from "../../core/op/operation.ts";
import { sizeOfRow } from "../envelope-row.ts";
import type { ChainPart, OrderedQuery } from "../store.ts";
import type { Driver, Row } from "./driver.ts";
import { idText } from "./rows.ts";

interface Key extends Place {
  readonly n: number;
  readonly seq: number;
}

/** One chain's keys, read ahead a little. */
interface Run extends ChainPart {
  readonly keys: readonly Key[];
  /** The next of them. */
  at: number;
}

/** Rows that are fetched in one go: a call for each costs twice as much, and what the limit of bytes leaves over is read in vain. */
const fetched = 200;

/** Which columns rows are selected with, and what is made of them before they are measured. */
export interface RowsAs {
  readonly columns: string;
  made(row: Row): Row;
}

/** What `make` makes of the rows, in order, up to both limits. They are as `envelopeOf` and `envelopeJson` take them, and live no longer than that. */
export function readOrdered<Made>(driver: Driver, query: OrderedQuery, { columns, made }: RowsAs, make: (row: Row) => Made): Made[] {
  const { after, limit, bytes = Number.POSITIVE_INFINITY, parts } = query;
  const keys = orderedKeys(driver, after, Math.min(limit, fetched), parts);
  const found: Made[] = [];
  for (let size = 0; found.length < limit; ) {
    const next: number[] = [];
    while (next.length < Math.min(limit - found.length, fetched)) {
      const { value, done } = keys.next();
      if (done) break;
      next.push(value);
    }
    if (next.length === 0) break;
    for (const selected of driver.all(select(columns), JSON.stringify(next))) {
      const row = made(selected);
      size += sizeOfRow(row);
      if (found.length > 0 && size > bytes) return found;
      found.push(make(row));
    }
  }
  return found;
}

const select = (columns: string) =>
  `WITH given AS (SELECT value AS key FROM json_each(?)) SELECT ${columns} FROM given CROSS JOIN op ON op.n = given.key ` +
  "JOIN author ON author.n = op.author LEFT JOIN body ON body.n = op.body";

function* orderedKeys(
  driver: Driver,
  after: Place | undefined,
  ahead: number,
  parts: readonly ChainPart[] | undefined,
): Generator<number, void> {
  const runs = (parts ?? wholeChains(driver, after))
    .map((part) => refill(driver, after ? skipTo(driver, onChain(driver, part), after) : part, ahead))
    .filter((run) => run.keys.length > 0);
  while (runs.length > 0) {
    let next = 0;
    for (let index = 1; index < runs.length; index++) {
      if (comparePlaces(headOf(runs[index] as Run), headOf(runs[next] as Run)) < 0) next = index;
    }
    const run = runs[next] as Run;
    const key = headOf(run);
    run.at++;
    yield key.n;
    if (run.at < run.keys.length) continue;
    const more = refill(driver, { ...run, after: key.seq }, ahead);
    if (more.keys.length > 0) runs[next] = more;
    else runs.splice(next, 1);
  }
}

function headOf(run: Run): Key {
  return run.keys[run.at] as Key;
}

/** The part within the chain's own places, none of which is empty. */
function onChain(driver: Driver, part: ChainPart): ChainPart {
  const row = driver.get("SELECT parent_seq, tip_seq FROM chain WHERE n = ?", part.chain);
  const [first, last] = row ? [row["parent_seq"] as number, row["tip_seq"] as number] : [0, 0];
  return { ...part, after: Math.max(part.after, first), upTo: Math.min(part.upTo, last) };
}

function wholeChains(driver: Driver, after: Place | undefined): ChainPart[] {
  const rows = driver.all("SELECT n, parent_seq, tip_seq FROM chain WHERE tip_lamport >= ?", after?.lamport ?? 0);
  return rows.map((row) => ({ chain: row["n"] as number, after: row["parent_seq"] as number, upTo: row["tip_seq"] as number }));
}

function refill(driver: Driver, part: ChainPart, limit: number): Run {
  const rows = driver.all(
    "SELECT n, id, seq, lamport FROM op WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
    part.chain,
    part.after,
    part.upTo,
    limit,
  );
  const keys = rows.map((row) => ({
    n: row["n"] as number,
    id: idText(row["id"]),
    seq: row["seq"] as number,
    lamport: row["lamport"] as number,
  }));
  return { ...part, keys, at: 0 };
}

/** Leaves out what is not after `place`, by halving. */
function skipTo(driver: Driver, part: ChainPart, place: Place): ChainPart {
  let low = part.after;
  let high = part.upTo;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const row = driver.get("SELECT id, lamport FROM op WHERE chain = ? AND seq = ?", part.chain, middle);
    if (row && comparePlaces({ lamport: row["lamport"] as number, id: idText(row["id"]) }, place) <= 0) low = middle;
    else high = middle - 1;
  }
  return { ...part, after: low };
}
