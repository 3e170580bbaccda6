/** Writing, inside a transaction that `open.ts` began. */
import type { Admitted } from "../../core/admission/admit.ts";
import type { ControlLogChanges } from "../../core/admission/control-log.ts";
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { JsonObject } from "../../core/ports.ts";
import { refKinds } from "../ref-kinds.ts";
import type { ClaimRow, EvidenceRow, GranteeRow, Ref, Rejected, SearchRow, Transactor } from "../store.ts";
import { BodyRows } from "./body-rows.ts";
import { OpRows } from "./op-rows.ts";
import { idBytes, idKeys, opIs } from "./rows.ts";
import { addToIndex, removeFromIndex } from "./search.ts";
import { SqliteReader } from "./view-reader.ts";

/** All in one statement, from numbers and 32 bytes for each. Not by REPLACE, for which SQLite keeps a copy of every page that it changes. */
const putEvidence =
  "INSERT INTO evidence SELECT value, substr(?, 1 + 32 * key, 32) FROM json_each(?) WHERE true " +
  "ON CONFLICT (op) DO UPDATE SET source = excluded.source";

const erasedBody = 0;
/** By as many bytes, so that the row stays where it is. */
const overwriteBody =
  "UPDATE body SET salt = zeroblob(16), payload = substr(hex(zeroblob(octet_length(payload) / 2 + 1)), 1, octet_length(payload)) " +
  `WHERE n = (SELECT body FROM op WHERE ${opIs})`;

export class SqliteTransactor extends SqliteReader implements Transactor {
  /** Whether words were taken away that the file, or the log of its changes, may still hold. */
  hasErased = false;
  /** Rows that this transaction added or looked up: what follows an append then needs no look-up. */
  readonly #rows = new Map<OpId, number>();
  readonly #authors = new Map<Did, number>();
  /** Words that rows of the search index had and were taken from them. */
  readonly removedWords = new Set<string>();

  async setPool(pool: OpId): Promise<void> {
    await this.setLocal("pool", pool);
  }

  async setLocal(name: string, value: string | null): Promise<void> {
    if (value === null) this.driver.run("DELETE FROM local WHERE name = ?", name);
    else this.driver.run("INSERT INTO local VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value);
  }

  async append(ops: readonly Admitted[], withoutPayload: ReadonlySet<OpId>): Promise<void> {
    const heads = new Set<OpId>();
    const rows = new OpRows(this.driver);
    const bodies = new BodyRows(this.driver);
    for (const op of ops) {
      const { envelope, payloadText } = op.shaped;
      const body = withoutPayload.has(op.id) ? erasedBody : bodyOf(bodies, envelope.salt, payloadText);
      this.#rows.set(op.id, rows.add(op, { author: this.#author(op.author), body }));
      // Heads within the batch are settled here; only what the batch leaves, or covers in the store, is written.
      for (const id of envelope.prev) {
        if (!heads.delete(id)) this.driver.run(`DELETE FROM head WHERE op = (SELECT n FROM op WHERE ${opIs})`, ...idKeys(id));
      }
      heads.add(op.id);
    }
    bodies.end();
    rows.end();
    for (const id of heads) this.driver.run("INSERT INTO head VALUES (?)", this.#rows.get(id) as number);
  }

  #author(did: Did): number {
    const met = this.#authors.get(did);
    if (met !== undefined) return met;
    const known = this.driver.get("SELECT n FROM author WHERE did = ?", did)?.["n"] as number | undefined;
    const n = known ?? this.driver.insert("INSERT INTO author (did) VALUES (?)", did);
    this.#authors.set(did, n);
    return n;
  }

  #row(id: OpId): number | null {
    const met = this.#rows.get(id);
    if (met !== undefined) return met;
    return (this.driver.get(`SELECT n FROM op WHERE ${opIs}`, ...idKeys(id))?.["n"] as number | undefined) ?? null;
  }

  async keepControlLog({ chains, pasts, controls }: ControlLogChanges): Promise<void> {
    if (chains.length + pasts.length + controls.length === 0) return;
    for (const { n, author, parent, parentSeq, tip, tipSeq, tipLamport } of chains) {
      this.driver.run(
        "INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (n) DO UPDATE SET " +
          "tip = excluded.tip, tip_seq = excluded.tip_seq, tip_lamport = excluded.tip_lamport",
        n,
        author,
        parent,
        parentSeq,
        idBytes(tip),
        tipSeq,
        tipLamport,
      );
    }
    for (const { n, bases, added } of pasts) {
      this.driver.run("INSERT INTO past VALUES (?, ?, ?)", n, bases.join(" "), Buffer.from(added.map((id) => id.slice(3)).join(""), "hex"));
    }
    for (const { id, type, author, seq, lamport, chain, key, role, last } of controls) {
      const values = [idBytes(id), type, author, seq, lamport, chain, key, role, last?.chain ?? null, last?.seq ?? null];
      this.driver.run("INSERT INTO control VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ...values);
    }
    await this.setLocal("generation", String((await this.generation()) + 1));
  }

  async attach(op: { id: OpId; salt: string; payload: JsonObject; payloadText: string }): Promise<boolean> {
    const keys = idKeys(op.id);
    if (this.driver.get(`SELECT 1 FROM op WHERE ${opIs} AND body IS NULL`, ...keys) === undefined) return false;
    const bodies = new BodyRows(this.driver);
    this.driver.run(`UPDATE op SET body = ? WHERE ${opIs}`, bodies.add(op.salt, op.payloadText), ...keys);
    bodies.end();
    return true;
  }

  async erase(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) {
      const bytes = idBytes(id);
      const gone = this.driver.run(overwriteBody, ...idKeys(id));
      this.hasErased ||= gone > 0;
      this.#removed(removeFromIndex(this.driver, id));
      this.driver.run(`UPDATE op SET body = ? WHERE ${opIs} AND body IS NOT ?`, erasedBody, ...idKeys(id), erasedBody);
      this.driver.run(
        "UPDATE claim SET statement = x'', topic = x'', predicate = '', underived = 0, valid_from = NULL, valid_until = NULL, corrects = NULL, object = x'' WHERE id = ?",
        bytes,
      );
      this.driver.run(`DELETE FROM evidence WHERE op = (SELECT n FROM op WHERE ${opIs})`, ...idKeys(id));
      this.driver.run("DELETE FROM ref WHERE source = ?", bytes);
    }
  }

  async unerase(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) this.driver.run(`UPDATE op SET body = NULL WHERE ${opIs} AND body = ?`, ...idKeys(id), erasedBody);
  }

  async addRefs(refs: readonly Ref[]): Promise<void> {
    for (const { from, kind, to } of refs) {
      this.driver.run("INSERT INTO ref VALUES (?, ?, ?)", idBytes(from), refKinds.indexOf(kind), idBytes(to));
    }
  }

  async putClaims(rows: readonly ClaimRow[]): Promise<void> {
    for (const row of rows) {
      this.driver.run(
        "INSERT INTO claim (id, author, lamport, statement, topic, predicate, underived, valid_from, valid_until, corrects, object, status) " +
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET statement = excluded.statement, topic = excluded.topic, " +
          "predicate = excluded.predicate, underived = excluded.underived, valid_from = excluded.valid_from, " +
          "valid_until = excluded.valid_until, corrects = excluded.corrects, object = excluded.object, status = excluded.status",
        idBytes(row.id),
        row.author,
        row.lamport,
        Buffer.from(row.statement, "hex"),
        Buffer.from(row.topic, "hex"),
        row.predicate,
        Number(row.underived),
        row.from,
        row.until,
        row.corrects === null ? null : idBytes(row.corrects),
        Buffer.from(row.object, "hex"),
        claimStatuses.indexOf(row.status),
      );
    }
  }

  async setStatuses(changes: readonly { id: OpId; status: ClaimStatus }[]): Promise<void> {
    for (const [status, group] of Map.groupBy(changes, (change) => change.status)) {
      const ids = JSON.stringify(group.map(({ id }) => id.slice(3)));
      this.driver.run(
        "UPDATE claim SET status = ? WHERE id IN (SELECT unhex(value) FROM json_each(?))",
        claimStatuses.indexOf(status),
        ids,
      );
    }
  }

  async putEvidence(rows: readonly EvidenceRow[]): Promise<void> {
    const numbers: number[] = [];
    let sources = "";
    for (const { id, source } of rows) {
      const op = this.#row(id);
      if (op === null) continue;
      numbers.push(op);
      sources += source;
    }
    if (numbers.length > 0) this.driver.run(putEvidence, Buffer.from(sources, "hex"), JSON.stringify(numbers));
  }

  async putGrantees(rows: readonly GranteeRow[]): Promise<void> {
    for (const { id, grantee, expires } of rows) {
      const sql = "INSERT INTO grantee (id, did, expires) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING";
      this.driver.run(sql, idBytes(id), grantee, expires);
    }
  }

  async dropGrantees(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) this.driver.run("DELETE FROM grantee WHERE id = ?", idBytes(id));
  }

  async putSearchRows(rows: readonly SearchRow[]): Promise<void> {
    for (const row of rows) this.#removed(addToIndex(this.driver, row));
  }

  async dropSearchRows(ids: readonly OpId[]): Promise<void> {
    for (const id of ids) this.#removed(removeFromIndex(this.driver, id));
  }

  #removed(words: readonly string[]): void {
    for (const word of words) this.removedWords.add(word);
  }

  async reject(rejected: readonly Rejected[]): Promise<void> {
    for (const { op, reason } of rejected) {
      this.driver.run("INSERT OR IGNORE INTO rejected (id, reason) VALUES (?, ?)", idBytes(op), reason);
    }
    if (rejected.length > 0) this.driver.run("DELETE FROM rejected WHERE n <= (SELECT max(n) FROM rejected) - ?", limits.rejections);
  }
}

function bodyOf(bodies: BodyRows, salt: string | undefined, payloadText: string | null): number | null {
  return salt === undefined || payloadText === null ? null : bodies.add(salt, payloadText);
}
