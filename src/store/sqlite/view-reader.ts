/** Reading the rows that the view is made of. */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import { envelopeJson, envelopeOf } from "../envelope-row.ts";
import { refKinds } from "../ref-kinds.ts";
import { RunJson } from "../run-json.ts";
import type {
  ClaimCount,
  ClaimListQuery,
  ClaimRow,
  EvidenceRow,
  GranteeRow,
  OrderedJson,
  OrderedQuery,
  Reader,
  Ref,
  RefKind,
  SearchQuery,
  SearchRow,
  WordCounts,
} from "../store.ts";
import { countClaims, listClaims } from "./claim-lists.ts";
import type { Row } from "./driver.ts";
import { LogReader } from "./log-reader.ts";
import { type RowsAs, readOrdered } from "./ordered.ts";
import {
  atMost,
  claimColumns,
  claimOf,
  envelopeColumns,
  fromEnvelopes,
  hexText,
  idBytes,
  idDigits,
  idText,
  opIsGiven,
  pathlessColumns,
} from "./rows.ts";
import { countWords, rowsOfOps, searchIndex, timesOfWord } from "./search.ts";

const pathlessRows: RowsAs = { columns: pathlessColumns, made: (row) => row };

export class SqliteReader extends LogReader implements Reader {
  readonly #wholeRows: RowsAs = { columns: envelopeColumns, made: (row) => this.paths.whole(row) };

  async ordered(query: OrderedQuery): Promise<Envelope[]> {
    const pool = await this.pool();
    return readOrdered(this.driver, query, this.#wholeRows, (row) => envelopeOf(row, pool));
  }

  async orderedJson(query: OrderedQuery, { runs = false } = {}): Promise<OrderedJson> {
    const pool = await this.pool();
    const ids: OpId[] = [];
    let lamport = 0;
    const noted = (row: Row): Row => {
      ids.push(`op:${(row["digits"] as string).slice(0, 64)}` as OpId);
      lamport = row["lamport"] as number;
      return row;
    };
    const whole = (row: Row) => {
      const all = this.driver.get(`SELECT ${envelopeColumns} ${fromEnvelopes} WHERE op.n = ?`, row["n"] as number);
      return this.paths.whole(all as Row);
    };
    const made = new RunJson(pool, whole);
    const envelopes = runs
      ? readOrdered(this.driver, query, pathlessRows, (row) => made.add(noted(row)))
      : readOrdered(this.driver, query, this.#wholeRows, (row) => envelopeJson(noted(row), pool));
    const id = ids.at(-1);
    return { json: runs ? made.texts() : (envelopes as string[]), ids, last: id === undefined ? null : { lamport, id } };
  }

  async refsTo(ids: readonly OpId[], kinds: readonly RefKind[] = refKinds): Promise<Ref[]> {
    const numbers = kinds.map((kind) => refKinds.indexOf(kind)).join(", ");
    const sql = `SELECT ${refColumns} FROM given CROSS JOIN ref ON ref.target = given.key AND ref.kind IN (${numbers})`;
    return this.each(sql, ids.map(idDigits)).map(refOf);
  }

  async refsFrom(ids: readonly OpId[]): Promise<Ref[]> {
    return this.each(`SELECT ${refColumns} FROM given CROSS JOIN ref ON ref.source = given.key`, ids.map(idDigits)).map(refOf);
  }

  async claims(ids: readonly OpId[]): Promise<ClaimRow[]> {
    return this.each(`SELECT ${claimColumns} FROM given CROSS JOIN claim ON claim.id = given.key`, ids.map(idDigits)).map(claimOf);
  }

  async claimsOfStatements(statements: readonly string[]): Promise<ClaimRow[]> {
    return this.each(`SELECT ${claimColumns} FROM given CROSS JOIN claim ON claim.statement = given.key`, statements).map(claimOf);
  }

  async claimsOfTopics(topics: readonly string[]): Promise<ClaimRow[]> {
    return this.each(`SELECT ${claimColumns} FROM given CROSS JOIN claim ON claim.topic = given.key`, topics).map(claimOf);
  }

  async predicates(prefix: string): Promise<string[]> {
    const found: string[] = [];
    let next = this.driver.get("SELECT min(predicate) AS predicate FROM claim WHERE predicate >= ?", prefix)?.["predicate"];
    while (typeof next === "string" && next.startsWith(prefix)) {
      if (next !== "") found.push(next);
      next = this.driver.get("SELECT min(predicate) AS predicate FROM claim WHERE predicate > ?", next)?.["predicate"];
    }
    return found;
  }

  async claimsOfPredicates(predicates: readonly string[], status: ClaimStatus, limit: number): Promise<ClaimRow[]> {
    const number = claimStatuses.indexOf(status);
    const rows: Row[] = [];
    for (const predicate of predicates) {
      if (rows.length >= limit) break;
      const sql = `SELECT ${claimColumns} FROM claim WHERE predicate = ? AND status = ? ${atMost}`;
      for (const row of this.driver.all(sql, predicate, number, limit - rows.length)) rows.push(row);
    }
    return rows.map(claimOf);
  }

  async grantees(ids: readonly OpId[]): Promise<GranteeRow[]> {
    const sql = "SELECT grantee.* FROM given CROSS JOIN grantee ON grantee.id = given.key";
    return this.each(sql, ids.map(idDigits)).map(granteeOf);
  }

  async grantsTo(grantee: Did): Promise<GranteeRow[]> {
    return this.driver.all("SELECT * FROM grantee WHERE did = ? ORDER BY n", grantee).map(granteeOf);
  }

  async claimPage({ after, limit }: { after?: OpId | undefined; limit: number }): Promise<ClaimRow[]> {
    const from = after ? idBytes(after) : new Uint8Array();
    return this.driver.all(`SELECT ${claimColumns} FROM claim WHERE id > ? ORDER BY id ${atMost}`, from, limit).map(claimOf);
  }

  async claimCounts(): Promise<ClaimCount[]> {
    return countClaims(this.driver);
  }

  async claimList(query: ClaimListQuery): Promise<ClaimRow[]> {
    return listClaims(this.driver, query);
  }

  async evidence(ids: readonly OpId[]): Promise<EvidenceRow[]> {
    return this.each(
      `SELECT op.id, op.lamport, evidence.source FROM given CROSS JOIN op ON ${opIsGiven} CROSS JOIN evidence ON evidence.op = op.n`,
      ids.map(idDigits),
    ).map(evidenceOf);
  }

  async evidenceOf(source: string): Promise<EvidenceRow[]> {
    const key = Buffer.from(source, "hex");
    const rows = this.driver.all(
      "SELECT op.id, op.lamport, evidence.source FROM evidence CROSS JOIN op ON op.n = evidence.op " +
        "WHERE substr(evidence.source, 1, 8) = ? AND evidence.source = ? ORDER BY op.lamport DESC, op.id DESC",
      key.subarray(0, 8),
      key,
    );
    return rows.map(evidenceOf);
  }

  async search(query: SearchQuery): Promise<SearchRow[]> {
    return searchIndex(this.driver, query);
  }

  async searchRows(ids: readonly OpId[]): Promise<SearchRow[]> {
    return rowsOfOps(this.driver, ids);
  }

  async searchTimes(word: string, statuses?: readonly ClaimStatus[]): Promise<number[]> {
    return timesOfWord(this.driver, word, statuses);
  }

  async wordCounts(words: readonly string[]): Promise<WordCounts> {
    return countWords(this.driver, words);
  }
}

/** Both ids as one text. */
const refColumns = "lower(hex(source) || hex(target)) AS digits, kind";

function refOf(row: Row): Ref {
  const digits = row["digits"] as string;
  const [from, to] = [`op:${digits.slice(0, 64)}`, `op:${digits.slice(64)}`] as [OpId, OpId];
  return { from, kind: refKinds[row["kind"] as number] as RefKind, to };
}

function granteeOf(row: Row): GranteeRow {
  return { id: idText(row["id"]), grantee: row["did"] as Did, expires: row["expires"] as number };
}

function evidenceOf(row: Row): EvidenceRow {
  return { id: idText(row["id"]), lamport: row["lamport"] as number, source: hexText(row["source"]) };
}
