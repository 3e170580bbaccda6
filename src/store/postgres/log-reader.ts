/** Reading the log: operations, their order, and what admission needs of them. */
import type { Chain } from "../../core/admission/chains.ts";
import type { ControlLogChanges } from "../../core/admission/control-log.ts";
import type { Envelope, OpId, Place } from "../../core/op/operation.ts";
import { envelopeOf } from "../envelope-row.ts";
import type { Arrival, Counts, OpInfo } from "../store.ts";
import { bigintArray } from "./arrays.ts";
import { byKeys } from "./by-keys.ts";
import { chainOf, controlOf, digits, envelopeColumns, idArray, idText, infoColumns, infoOf, placeOf, splitIds, utf8Text } from "./rows.ts";
import { bytes, type Query, type Row, type Value } from "./session.ts";
import { poolOf, type State } from "./state.ts";

export class LogReader {
  protected readonly query: Query;
  /** As it was when the transaction began, with what the transaction itself changed. */
  protected readonly state: State;

  constructor(query: Query, state: State) {
    this.query = query;
    this.state = state;
  }

  async pool(): Promise<OpId | null> {
    return poolOf(this.state);
  }

  async local(name: string): Promise<string | null> {
    const [row] = await this.query.all("SELECT value FROM local WHERE pool = $1 AND name = $2", name);
    return row ? utf8Text(row["value"]) : null;
  }

  async counts(): Promise<Counts> {
    await this.query.settled();
    const { operations, lamport, claims, evidence } = this.state;
    return { operations, lamport, claims, evidence };
  }

  async generation(): Promise<number> {
    return this.state.generation;
  }

  async controlLog(): Promise<ControlLogChanges> {
    const pasts = await this.query.all("SELECT n, bases, added FROM past WHERE pool = $1 ORDER BY n");
    const controls = await this.query.all("SELECT * FROM control WHERE pool = $1 ORDER BY lamport, id");
    return {
      chains: await this.chains(),
      pasts: pasts.map((row) => ({
        n: row["n"] as number,
        bases: (row["bases"] as string).split(" ").map(Number),
        added: splitIds(row["added"]),
      })),
      controls: controls.map(controlOf),
    };
  }

  async chains(): Promise<readonly Chain[]> {
    return (await this.query.all("SELECT * FROM chain WHERE pool = $1 ORDER BY n")).map(chainOf);
  }

  async known(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, OpInfo>> {
    const rows = await this.byIds(byKeys(infoColumns, "op", "id"), ids);
    return new Map(inOrder(ids, rows.map(infoOf), ({ id }) => id).map((info) => [info.id, info]));
  }

  /** The rows of a statement whose `$2` are these ids, each once. */
  protected async byIds(sql: string, ids: readonly OpId[], ...values: Value[]): Promise<Row[]> {
    return ids.length === 0 ? [] : this.query.all(sql, idArray([...new Set(ids)]), ...values);
  }

  async envelopes(ids: readonly OpId[]): Promise<Envelope[]> {
    const rows = await this.byIds(byKeys(envelopeColumns, "op", "id"), ids);
    return inOrder(ids, this.envelopesOf(rows), ({ op_id }) => op_id);
  }

  protected envelopesOf(rows: readonly Row[]): Envelope[] {
    const pool = poolOf(this.state);
    return rows.map((row) => envelopeOf(row, pool));
  }

  async idsAfter(after: OpId | null, limit: number): Promise<OpId[]> {
    const sql = "SELECT id FROM op WHERE pool = $1 AND id > $2 ORDER BY id LIMIT $3";
    return (await this.query.all(sql, bytes(after ? digits(after) : ""), limit)).map((row) => idText(row["id"]));
  }

  async idsAt(chain: number, seqs: readonly number[]): Promise<OpId[]> {
    const found = new Map((await this.query.all(atPlaces, chain, bigintArray(seqs))).map((row) => [row["seq"], idText(row["id"])]));
    return seqs.flatMap((seq) => found.get(seq) ?? []);
  }

  async heads(): Promise<readonly Place[]> {
    return (await this.query.all("SELECT lamport, id FROM head WHERE pool = $1 ORDER BY lamport, id")).map(placeOf);
  }

  async reaches(from: readonly OpId[], target: OpId): Promise<boolean> {
    if (from.length === 0) return false;
    const [row] = await this.query.all(walkBack, idArray(from), bytes(digits(target)));
    return row?.["found"] === true;
  }

  async incomplete(after: OpId | null, limit: number): Promise<OpId[]> {
    const sql = "SELECT id FROM op WHERE pool = $1 AND body = 0 AND id > $2 ORDER BY id LIMIT $3";
    return (await this.query.all(sql, bytes(after ? digits(after) : ""), limit)).map((row) => idText(row["id"]));
  }

  async newest({ type, before, limit }: { type: string; before?: Place | undefined; limit: number }): Promise<Envelope[]> {
    const rows = await this.query.all(
      `SELECT ${envelopeColumns} FROM op WHERE pool = $1 AND type = $2 AND (lamport, id) < ($3, $4) ORDER BY lamport DESC, id DESC LIMIT $5`,
      type,
      before?.lamport ?? Number.MAX_SAFE_INTEGER,
      bytes(before ? digits(before.id) : ""),
      limit,
    );
    return this.envelopesOf(rows);
  }

  async arrivals({ after, limit }: { after: number; limit: number }): Promise<Arrival[]> {
    const rows = await this.query.all(`SELECT ${envelopeColumns} FROM op WHERE pool = $1 AND n > $2 ORDER BY n LIMIT $3`, after, limit);
    return this.envelopesOf(rows).map((op, index) => ({ place: rows[index]?.["n"] as number, op }));
  }

  async arrivedUntil(place: number, ids: readonly OpId[]): Promise<OpId[]> {
    const rows = await this.byIds(byKeys("id", "op", "id", "AND n <= $3"), ids, place);
    return rows.map((row) => idText(row["id"]));
  }

  async latest(limit: number): Promise<Envelope[]> {
    const rows = await this.query.all(
      `SELECT ${envelopeColumns} FROM chain CROSS JOIN LATERAL (
         SELECT * FROM op WHERE op.pool = $1 AND op.chain = chain.n ORDER BY op.seq DESC LIMIT $2
       ) AS op WHERE chain.pool = $1 ORDER BY op.lamport DESC, op.id DESC LIMIT $2`,
      limit,
    );
    return this.envelopesOf(rows);
  }

  async rejected(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, string>> {
    const rows = await this.byIds(byKeys("id, reason", "rejected", "id"), ids);
    const found = rows.map((row) => ({ id: idText(row["id"]), reason: utf8Text(row["reason"]) }));
    return new Map(inOrder(ids, found, ({ id }) => id).map(({ id, reason }) => [id, reason]));
  }
}

/** Those of `found` that are asked for, in the order asked for. */
export function inOrder<Found>(ids: readonly OpId[], found: readonly Found[], idOf: (each: Found) => OpId): Found[] {
  const byId = new Map(found.map((each) => [idOf(each), each]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const atPlaces = `
SELECT found.* FROM unnest($3::bigint[]) AS given (seq)
CROSS JOIN LATERAL (SELECT seq, id FROM op WHERE pool = $1 AND chain = $2 AND op.seq = given.seq OFFSET 0) AS found`;

/**
 * Walks back from `$2`, never below the target's lamport: no ancestor of what is lower can be the target. PostgreSQL walks no
 * further once the target is found. `LIMIT 1` makes it look each operation up by itself.
 */
const walkBack = `
WITH RECURSIVE target AS (SELECT lamport FROM op WHERE pool = $1 AND id = $3),
walk (id) AS (
  SELECT given.id FROM unnest($2::bytea[]) AS given (id)
  UNION
  SELECT substring(step.prev FROM 32 * place + 1 FOR 32) FROM walk
  CROSS JOIN LATERAL (
    SELECT prev FROM op WHERE pool = $1 AND op.id = walk.id AND lamport > (SELECT lamport FROM target) LIMIT 1
  ) AS step
  CROSS JOIN LATERAL generate_series(0, octet_length(step.prev) / 32 - 1) AS place
)
SELECT EXISTS (SELECT FROM walk WHERE walk.id = $3) AND EXISTS (SELECT FROM target) AS found`;
