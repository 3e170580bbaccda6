/** Reading the log: operations, their order, and what admission needs of them. */
import type { Chain } from "../../core/admission/chains.ts";
import type { ControlLogChanges } from "../../core/admission/control-log.ts";
import type { ControlOp } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { Envelope, OpId, Place } from "../../core/op/operation.ts";
import { envelopeOf } from "../envelope-row.ts";
import type { Arrival, Counts, OpInfo } from "../store.ts";
import type { Driver, Row, Value } from "./driver.ts";
import { WholePaths } from "./paths.ts";
import {
  atMost,
  envelopeColumns,
  fromEnvelopes,
  hexText,
  idBytes,
  idDigits,
  idKeys,
  idText,
  infoColumns,
  infoOf,
  opIs,
  opIsGiven,
} from "./rows.ts";

export class LogReader {
  protected readonly driver: Driver;
  protected readonly paths: WholePaths;

  constructor(driver: Driver) {
    this.driver = driver;
    this.paths = new WholePaths(driver);
  }

  async pool(): Promise<OpId | null> {
    return (await this.local("pool")) as OpId | null;
  }

  async local(name: string): Promise<string | null> {
    return (this.driver.get("SELECT value FROM local WHERE name = ?", name)?.["value"] as string | undefined) ?? null;
  }

  /** Rows of `op` are numbered without gaps and never go: the highest number is their count. */
  async counts(): Promise<Counts> {
    const row = this.driver.get(
      "SELECT (SELECT coalesce(max(n), 0) FROM op) AS operations, (SELECT coalesce(max(tip_lamport), 0) FROM chain) AS lamport, " +
        "(SELECT coalesce(max(n), 0) FROM claim) AS claims, (SELECT count(*) FROM evidence) AS evidence",
    ) as Row;
    return {
      operations: row["operations"] as number,
      lamport: row["lamport"] as number,
      claims: row["claims"] as number,
      evidence: row["evidence"] as number,
    };
  }

  async generation(): Promise<number> {
    return Number((await this.local("generation")) ?? 0);
  }

  async controlLog(): Promise<ControlLogChanges> {
    return {
      chains: await this.chains(),
      pasts: this.driver.all("SELECT n, bases, added FROM past ORDER BY n").map((row) => ({
        n: row["n"] as number,
        bases: (row["bases"] as string).split(" ").map(Number),
        added: splitIds(row["added"]),
      })),
      controls: this.driver.all("SELECT * FROM control").map(controlOf),
    };
  }

  async chains(): Promise<readonly Chain[]> {
    return this.driver.all("SELECT * FROM chain ORDER BY n").map((row) => ({
      n: row["n"] as number,
      author: row["author"] as Did,
      parent: row["parent"] as number,
      parentSeq: row["parent_seq"] as number,
      tip: idText(row["tip"]),
      tipSeq: row["tip_seq"] as number,
      tipLamport: row["tip_lamport"] as number,
    }));
  }

  async known(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, OpInfo>> {
    const sql = `SELECT ${infoColumns} FROM given CROSS JOIN op ON ${opIsGiven} JOIN author ON author.n = op.author`;
    return new Map(this.each(sql, ids.map(idDigits)).map((row) => [idText(row["id"]), infoOf(row)]));
  }

  /** One statement for any number of keys (hex), in their order: a call for each costs three times as much. */
  protected each(sql: string, keys: readonly string[], ...values: Value[]): Row[] {
    if (keys.length === 0) return [];
    return this.driver.all(`WITH given AS (SELECT unhex(value) AS key FROM json_each(?)) ${sql}`, JSON.stringify(keys), ...values);
  }

  async envelopes(ids: readonly OpId[]): Promise<Envelope[]> {
    const pool = await this.pool();
    return ids.flatMap((id) => {
      const row = this.driver.get(`SELECT ${envelopeColumns} ${fromEnvelopes} WHERE ${opIs}`, ...idKeys(id));
      return row ? envelopeOf(this.paths.whole(row), pool) : [];
    });
  }

  async idsAfter(after: OpId | null, limit: number): Promise<OpId[]> {
    const [begins, whole] = after ? idKeys(after) : [new Uint8Array(), new Uint8Array()];
    const sql = `SELECT id FROM op WHERE substr(id, 1, 8) >= ? AND id > ? ORDER BY substr(id, 1, 8), id ${atMost}`;
    const rows = this.driver.all(sql, begins, whole, limit);
    return rows.map((row) => idText(row["id"]));
  }

  async idsAt(chain: number, seqs: readonly number[]): Promise<OpId[]> {
    return seqs.flatMap((seq) => {
      const row = this.driver.get("SELECT id FROM op WHERE chain = ? AND seq = ?", chain, seq);
      return row ? idText(row["id"]) : [];
    });
  }

  async heads(): Promise<readonly Place[]> {
    const rows = this.driver.all("SELECT op.lamport, op.id FROM head CROSS JOIN op ON op.n = head.op ORDER BY op.lamport, op.id");
    return rows.map((row) => ({ lamport: row["lamport"] as number, id: idText(row["id"]) }));
  }

  /** Walks back from `from`, never below the target's lamport: no ancestor of what is lower can be the target. */
  async reaches(from: readonly OpId[], target: OpId): Promise<boolean> {
    const floor = this.driver.get(`SELECT lamport FROM op WHERE ${opIs}`, ...idKeys(target))?.["lamport"] as number | undefined;
    if (floor === undefined) return false;
    const seen = new Set<OpId>();
    for (const open = [...from]; open.length > 0; ) {
      const id = open.pop() as OpId;
      if (id === target) return true;
      if (seen.has(id)) continue;
      seen.add(id);
      const row = this.driver.get(`SELECT lamport, prev FROM op WHERE ${opIs}`, ...idKeys(id));
      if (row && (row["lamport"] as number) > floor) open.push(...splitIds(row["prev"]));
    }
    return false;
  }

  async incomplete(after: OpId | null, limit: number): Promise<OpId[]> {
    const rows = this.driver.all(
      `SELECT id FROM op WHERE body IS NULL AND id > ? ORDER BY id ${atMost}`,
      after ? idBytes(after) : new Uint8Array(),
      limit,
    );
    return rows.map((row) => idText(row["id"]));
  }

  async newest({ type, before, limit }: { type: string; before?: Place | undefined; limit: number }): Promise<Envelope[]> {
    const pool = await this.pool();
    const rows = this.driver.all(
      `SELECT ${envelopeColumns} ${fromEnvelopes} WHERE op.type = ? AND op.lamport <= ? AND (op.lamport < ? OR op.id < ?)
       ORDER BY op.lamport DESC, op.id DESC ${atMost}`,
      type,
      before?.lamport ?? Number.MAX_SAFE_INTEGER,
      before?.lamport ?? Number.MAX_SAFE_INTEGER,
      before ? idBytes(before.id) : new Uint8Array(),
      limit,
    );
    return rows.map((row) => envelopeOf(this.paths.whole(row), pool));
  }

  async arrivals({ after, limit }: { after: number; limit: number }): Promise<Arrival[]> {
    const pool = await this.pool();
    const rows = this.driver.all(`SELECT ${envelopeColumns} ${fromEnvelopes} WHERE op.n > ? ORDER BY op.n ${atMost}`, after, limit);
    return rows.map((row) => ({ place: row["n"] as number, op: envelopeOf(this.paths.whole(row), pool) }));
  }

  async arrivedUntil(place: number, ids: readonly OpId[]): Promise<OpId[]> {
    const sql = `SELECT op.id FROM given CROSS JOIN op ON ${opIsGiven} AND op.n <= ?`;
    return this.each(sql, ids.map(idDigits), place).map((row) => idText(row["id"]));
  }

  async latest(limit: number): Promise<Envelope[]> {
    const pool = await this.pool();
    const rows = this.driver.all("SELECT n FROM chain").flatMap((chain) => {
      return this.driver.all(
        `SELECT ${envelopeColumns} ${fromEnvelopes} WHERE op.chain = ? ORDER BY op.seq DESC ${atMost}`,
        chain["n"] as number,
        limit,
      );
    });
    const ops = rows.map((row) => envelopeOf(this.paths.whole(row), pool));
    return ops.sort((left, right) => right.lamport - left.lamport || (left.op_id < right.op_id ? 1 : -1)).slice(0, limit);
  }

  async rejected(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, string>> {
    const found = new Map<OpId, string>();
    for (const id of ids) {
      const row = this.driver.get("SELECT reason FROM rejected WHERE id = ?", idBytes(id));
      if (row) found.set(id, row["reason"] as string);
    }
    return found;
  }
}

function splitIds(bytes: unknown): OpId[] {
  const hex = hexText(bytes);
  return Array.from({ length: hex.length / 64 }, (_, index) => `op:${hex.slice(64 * index, 64 * index + 64)}` as OpId);
}

function controlOf(row: Row): ControlOp {
  const chain = row["last_chain"] as number | null;
  return {
    id: idText(row["id"]),
    type: row["type"] as ControlOp["type"],
    author: row["author"] as Did,
    seq: row["seq"] as number,
    lamport: row["lamport"] as number,
    chain: row["chain"] as number,
    key: row["key"] as Did,
    role: row["role"] as string,
    last: chain === null ? null : { chain, seq: row["last_seq"] as number },
  };
}
