/** The log in (lamport, op_id) order, by merging chains: along a chain the lamport only grows. */
import { comparePlaces, type Place } from "../../core/op/operation.ts";
import { sizeOfRow } from "../envelope-row.ts";
import type { ChainPart, OrderedQuery } from "../store.ts";
import type { Driver, Row } from "./driver.ts";
import { atMost, idText } from "./rows.ts";

interface Key extends Place {
  readonly n: number;
  readonly seq: number;
}

/** What is left of a chain's part, some of its keys read ahead. */
interface Rest extends ChainPart {
  after: number;
  keys: readonly Key[];
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
  const rests = restsOf(driver, after, parts);
  const found: Made[] = [];
  for (let size = 0; found.length < limit; ) {
    const rows = nextRows(driver, rests, columns, Math.min(limit - found.length, fetched));
    if (rows.length === 0) break;
    for (const each of rows) {
      const row = made(each);
      size += sizeOfRow(row);
      if (found.length > 0 && size > bytes) return found;
      found.push(make(row));
    }
  }
  return found;
}

/** In order, taken off the rests. Once one is left there is nothing to compare. */
function nextRows(driver: Driver, rests: Rest[], columns: string, count: number): Row[] {
  const [rest, other] = rests;
  if (rest === undefined || rest.after === rest.upTo) return [];
  if (other !== undefined) return driver.all(`${given} ${selected(columns)}`, JSON.stringify(nextNumbers(driver, rests, count)));
  const sql = `SELECT ${columns} FROM op ${joined} WHERE op.chain = ? AND op.seq > ? AND op.seq <= ? ORDER BY op.seq ${atMost}`;
  const rows = driver.all(sql, rest.chain, rest.after, rest.upTo, count);
  rest.after = (rows.at(-1)?.["seq"] as number | undefined) ?? rest.upTo;
  return rows;
}

const given = "WITH given AS (SELECT value AS key FROM json_each(?))";
const joined = "CROSS JOIN author ON author.n = op.author LEFT JOIN body ON body.n = op.body";
const selected = (columns: string) => `SELECT ${columns} FROM given CROSS JOIN op ON op.n = given.key ${joined}`;

/** Numbers of the next rows, until they are as many as asked for or one rest is left. */
function nextNumbers(driver: Driver, rests: Rest[], count: number): number[] {
  const numbers: number[] = [];
  while (numbers.length < count && rests.length > 1) {
    let next = rests[0] as Rest;
    for (const rest of rests) if (rest !== next && comparePlaces(headOf(driver, rest, count), headOf(driver, next, count)) < 0) next = rest;
    const { n, seq } = headOf(driver, next, count);
    numbers.push(n);
    next.at++;
    next.after = seq;
    if (next.after === next.upTo) rests.splice(rests.indexOf(next), 1);
  }
  return numbers;
}

function headOf(driver: Driver, rest: Rest, count: number): Key {
  if (rest.at === rest.keys.length) {
    rest.keys = keysOf(driver, rest, count);
    rest.at = 0;
  }
  return rest.keys[rest.at] as Key;
}

function restsOf(driver: Driver, after: Place | undefined, parts: readonly ChainPart[] | undefined): Rest[] {
  return (parts ?? wholeChains(driver, after))
    .map((part) => onChain(driver, part))
    .map((part) => ({ ...(after ? skipTo(driver, part, after) : part), keys: [], at: 0 }))
    .filter((rest) => rest.after < rest.upTo);
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

function keysOf(driver: Driver, { chain, after, upTo }: ChainPart, limit: number): Key[] {
  const rows = driver.all(
    `SELECT n, id, seq, lamport FROM op WHERE chain = ? AND seq > ? AND seq <= ? ORDER BY seq ${atMost}`,
    chain,
    after,
    upTo,
    limit,
  );
  return rows.map((row) => ({
    n: row["n"] as number,
    id: idText(row["id"]),
    seq: row["seq"] as number,
    lamport: row["lamport"] as number,
  }));
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
