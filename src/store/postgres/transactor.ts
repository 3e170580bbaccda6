/** Writing, inside a transaction that has the pool's lock. Each call is a few statements, however much it is given. */

import type { Admitted } from "../../core/admission/admit.ts";
import type { ControlLogChanges } from "../../core/admission/control-log.ts";
import { utf8Length } from "../../core/bytes.ts";
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import { refKinds } from "../ref-kinds.ts";
import type { ClaimRow, EvidenceRow, GranteeRow, Ref, Rejected, SearchRow, Transactor } from "../store.ts";
import { appendOps, sizeOfOps } from "./append.ts";
import { bigintArray, booleanArray, bytesArray, integerArray, smallintArray, textArray } from "./arrays.ts";
import { atKeys, byKeys } from "./by-keys.ts";
import type { Admits } from "./growth.ts";
import { digits, idArray, utf8Hex } from "./rows.ts";
import { addToIndex, removeFromIndex } from "./search.ts";
import { bytes, type Query } from "./session.ts";
import type { State } from "./state.ts";
import { PostgresReader } from "./view-reader.ts";

export class PostgresTransactor extends PostgresReader implements Transactor {
  readonly #admits: Admits;

  constructor(query: Query, state: State, admits: Admits = () => undefined) {
    super(query, state);
    this.#admits = admits;
  }

  async setPool(pool: OpId): Promise<void> {
    this.state.id = digits(pool);
  }

  async setLocal(name: string, value: string | null): Promise<void> {
    if (value === null) await this.query.run("DELETE FROM local WHERE pool = $1 AND name = $2", name);
    else {
      const sql = "INSERT INTO local (pool, name, value) VALUES ($1, $2, $3) ON CONFLICT (pool, name) DO UPDATE SET value = excluded.value";
      await this.query.run(sql, name, bytes(utf8Hex(value)));
    }
  }

  async append(ops: readonly Admitted[], withoutPayload: ReadonlySet<OpId>): Promise<void> {
    this.#ask(ops, sizeOfOps(ops, withoutPayload));
    appendOps(this.query, this.state, ops, withoutPayload);
  }

  #ask(ops: readonly Admitted[], size: number): void {
    const { operations, bytes } = this.state;
    const before = { operations, bytes: bytes ?? 0 };
    this.#admits({ before, after: { operations: operations + ops.length, bytes: before.bytes + size }, ops });
  }

  async keepControlLog({ chains, pasts, controls }: ControlLogChanges): Promise<void> {
    if (chains.length + pasts.length + controls.length === 0) return;
    if (chains.length > 0) {
      this.query.later(putChains, [
        integerArray(chains.map(({ n }) => n)),
        textArray(chains.map(({ author }) => author)),
        integerArray(chains.map(({ parent }) => parent)),
        bigintArray(chains.map(({ parentSeq }) => parentSeq)),
        idArray(chains.map(({ tip }) => tip)),
        bigintArray(chains.map(({ tipSeq }) => tipSeq)),
        bigintArray(chains.map(({ tipLamport }) => tipLamport)),
      ]);
    }
    for (const { n, bases, added } of pasts) {
      const sql = "INSERT INTO past (pool, n, bases, added) VALUES ($1, $2, $3, $4)";
      await this.query.run(sql, n, bases.join(" "), bytes(added.map(digits).join("")));
    }
    for (const { id, type, author, seq, lamport, chain, key, role, last } of controls) {
      const place = [bytes(digits(id)), type, author, seq, lamport, chain] as const;
      await this.query.run(putControl, ...place, key, bytes(utf8Hex(role)), last?.chain ?? null, last?.seq ?? null);
    }
    this.state.lamport = chains.reduce((highest, { tipLamport }) => Math.max(highest, tipLamport), this.state.lamport);
    this.state.generation += 1;
  }

  async attach(op: { id: OpId; salt: string; payload: JsonObject; payloadText: string }): Promise<boolean> {
    this.#ask([], utf8Length(op.payloadText));
    const sql = "UPDATE op SET body = 1, salt = $3, payload = $4 WHERE pool = $1 AND id = $2 AND body = 0";
    const attached = (await this.query.run(sql, bytes(digits(op.id)), bytes(op.salt), op.payloadText)) > 0;
    if (attached && this.state.bytes !== null) this.state.bytes += utf8Length(op.payloadText);
    return attached;
  }

  async erase(ids: readonly OpId[]): Promise<void> {
    if (ids.length === 0) return;
    const given = idArray(ids);
    await removeFromIndex(this.query, this.state, ids);
    const [{ bytes: gone } = { bytes: 0 }] = (await this.query.all(eraseOps, given)) as unknown as { bytes: number }[];
    if (this.state.bytes !== null) this.state.bytes -= gone;
    await this.query.run(
      "UPDATE claim SET statement = '', topic = '', predicate = '', underived = false, valid_from = NULL, valid_until = NULL, " +
        `corrects = NULL, object = '' WHERE ${atKeys("claim", "id")}`,
      given,
    );
    this.state.evidence -= await this.query.run(`DELETE FROM evidence WHERE ${atKeys("evidence", "id")}`, given);
    await this.query.run(`DELETE FROM ref WHERE ${atKeys("ref", "source")}`, given);
  }

  async unerase(ids: readonly OpId[]): Promise<void> {
    if (ids.length > 0) await this.query.run(`UPDATE op SET body = 0 WHERE ${atKeys("op", "id", "AND body = 2")}`, idArray(ids));
  }

  async addRefs(refs: readonly Ref[]): Promise<void> {
    if (refs.length === 0) return;
    this.query.later("INSERT INTO ref (pool, kind, source, target) SELECT $1, * FROM unnest($2::smallint[], $3::bytea[], $4::bytea[])", [
      smallintArray(refs.map(({ kind }) => refKinds.indexOf(kind))),
      idArray(refs.map(({ from }) => from)),
      idArray(refs.map(({ to }) => to)),
    ]);
  }

  async putClaims(given: readonly ClaimRow[]): Promise<void> {
    const rows = lastOfEach(given);
    if (rows.length === 0) return;
    const values = [
      idArray(rows.map(({ id }) => id)),
      textArray(rows.map(({ author }) => author)),
      bigintArray(rows.map(({ lamport }) => lamport)),
      bytesArray(rows.map(({ statement }) => statement)),
      bytesArray(rows.map(({ topic }) => topic)),
      bytesArray(rows.map(({ predicate }) => utf8Hex(predicate))),
      booleanArray(rows.map(({ underived }) => underived)),
      bigintArray(rows.map(({ from }) => from)),
      bigintArray(rows.map(({ until }) => until)),
      bytesArray(rows.map(({ corrects }) => corrects && digits(corrects))),
      bytesArray(rows.map(({ object }) => object)),
      smallintArray(rows.map(({ status }) => claimStatuses.indexOf(status))),
    ];
    this.query.later(addClaims, values, (added) => {
      this.state.claims += added;
      if (added < rows.length) this.query.later(putClaims, values);
    });
  }

  async setStatuses(changes: readonly { id: OpId; status: ClaimStatus }[]): Promise<void> {
    for (const [status, group] of Map.groupBy(changes, (change) => change.status)) {
      const sql = `UPDATE claim SET status = $3 WHERE ${atKeys("claim", "id")}`;
      await this.query.run(sql, idArray(group.map(({ id }) => id)), claimStatuses.indexOf(status));
    }
  }

  async putEvidence(given: readonly EvidenceRow[]): Promise<void> {
    const rows = lastOfEach(given);
    if (rows.length === 0) return;
    const values = [
      idArray(rows.map(({ id }) => id)),
      bigintArray(rows.map(({ lamport }) => lamport)),
      bytesArray(rows.map(({ source }) => source)),
    ];
    this.query.later(addEvidence, values, (added) => {
      this.state.evidence += added;
      if (added < rows.length) this.query.later(putEvidence, values);
    });
  }

  async putGrantees(rows: readonly GranteeRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.query.run(
      "INSERT INTO grantee (pool, id, did, expires) SELECT $1, * FROM unnest($2::bytea[], $3::text[], $4::bigint[]) ON CONFLICT (pool, id) DO NOTHING",
      idArray(rows.map(({ id }) => id)),
      textArray(rows.map(({ grantee }) => grantee)),
      bigintArray(rows.map(({ expires }) => expires)),
    );
  }

  async dropGrantees(ids: readonly OpId[]): Promise<void> {
    if (ids.length > 0) await this.query.run(`DELETE FROM grantee WHERE ${atKeys("grantee", "id")}`, idArray(ids));
  }

  async putSearchRows(rows: readonly SearchRow[]): Promise<void> {
    await addToIndex(this.query, this.state, rows);
  }

  async dropSearchRows(ids: readonly OpId[]): Promise<void> {
    await removeFromIndex(this.query, this.state, ids);
  }

  /** Numbered without gaps, so that the oldest are found by their number. */
  async reject(rejected: readonly Rejected[]): Promise<void> {
    const there = await this.rejected(rejected.map(({ op }) => op));
    const added = new Map(rejected.toReversed().flatMap(({ op, reason }) => (there.has(op) ? [] : [[op, reason] as const])));
    if (added.size === 0) return;
    const ids = [...new Set(rejected.map(({ op }) => op))].filter((id) => added.has(id));
    await this.query.run(
      "INSERT INTO rejected (pool, n, id, reason) SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[])",
      bigintArray(ids.map((_, index) => this.state.rejections + 1 + index)),
      idArray(ids),
      bytesArray(ids.map((id) => utf8Hex(added.get(id) as string))),
    );
    this.state.rejections += ids.length;
    await this.query.run("DELETE FROM rejected WHERE pool = $1 AND n <= $2", this.state.rejections - limits.rejections);
  }
}

/** PostgreSQL changes no row twice in one statement. */
function lastOfEach<Given extends { readonly id: OpId }>(rows: readonly Given[]): Given[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** A statement sees the rows as they were before it: what it counts is what it takes. */
const eraseOps =
  `WITH erased AS (UPDATE op SET body = 2, salt = NULL, payload = NULL WHERE ${atKeys("op", "id", "AND body <> 2")}) ` +
  `SELECT coalesce(sum(octet_length(payload)), 0)::bigint AS bytes FROM (${byKeys("payload", "op", "id")}) AS there`;

const putChains =
  "INSERT INTO chain (pool, n, author, parent, parent_seq, tip, tip_seq, tip_lamport) " +
  "SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::integer[], $5::bigint[], $6::bytea[], $7::bigint[], $8::bigint[]) " +
  "ON CONFLICT (pool, n) DO UPDATE SET tip = excluded.tip, tip_seq = excluded.tip_seq, tip_lamport = excluded.tip_lamport";

const putControl =
  "INSERT INTO control (pool, id, type, author, seq, lamport, chain, key, role, last_chain, last_seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/**
 * Rows of operations that have none yet, which is most of them; the pool's lock keeps others from adding any. An insert that looks out for
 * conflicts writes half as much again into the write-ahead log.
 */
function addRows(table: string, columns: string, given: string): string {
  const there = `SELECT true AS there FROM ${table} WHERE pool = $1 AND ${table}.id = given.id LIMIT 1`;
  return (
    `INSERT INTO ${table} (pool, ${columns}) SELECT $1, given.* FROM ${given} AS given (${columns}) ` +
    `LEFT JOIN LATERAL (${there}) AS old ON true WHERE old.there IS NULL`
  );
}

/** Rows of operations, also of those that have one. */
function putRows(table: string, columns: string, given: string): string {
  const sets = columns.split(", ").map((column) => `${column} = excluded.${column}`);
  return `INSERT INTO ${table} (pool, ${columns}) SELECT $1, * FROM ${given} ON CONFLICT (pool, id) DO UPDATE SET ${sets.join(", ")}`;
}

const claim = [
  "claim",
  "id, author, lamport, statement, topic, predicate, underived, valid_from, valid_until, corrects, object, status",
  "unnest($2::bytea[], $3::text[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::boolean[], $9::bigint[], $10::bigint[], " +
    "$11::bytea[], $12::bytea[], $13::smallint[])",
] as const;
const [addClaims, putClaims] = [addRows(...claim), putRows(...claim)];

const evidence = ["evidence", "id, lamport, source", "unnest($2::bytea[], $3::bigint[], $4::bytea[])"] as const;
const [addEvidence, putEvidence] = [addRows(...evidence), putRows(...evidence)];
