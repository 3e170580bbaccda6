/** Reading the rows that the view is made of. */
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { Envelope, OpId } from "../../core/op/operation.ts";
import { envelopeJson } from "../envelope-row.ts";
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
import { bytesArray, smallintArray } from "./arrays.ts";
import { byKeys } from "./by-keys.ts";
import { countClaims, listClaims, startBytes } from "./claim-lists.ts";
import { inOrder, LogReader } from "./log-reader.ts";
import { readOrdered } from "./ordered.ts";
import { claimColumns, claimOf, digits, evidenceOf, granteeOf, idText, refOf, utf8Hex, utf8Text } from "./rows.ts";
import { countWords, rowsOfOps, searchWords, timesOfWord } from "./search.ts";
import { bytes } from "./session.ts";
import { poolOf } from "./state.ts";

export class PostgresReader extends LogReader implements Reader {
  async ordered(query: OrderedQuery): Promise<Envelope[]> {
    return this.envelopesOf(await readOrdered(this.query, query));
  }

  async orderedJson(query: OrderedQuery, { runs = false } = {}): Promise<OrderedJson> {
    const pool = poolOf(this.state);
    const rows = await readOrdered(this.query, query);
    const ids = rows.map((row) => idText((row["digits"] as string).slice(0, 64)));
    const [last, id] = [rows.at(-1), ids.at(-1)];
    const inRuns = new RunJson(pool, (row) => row);
    if (runs) for (const row of rows) inRuns.add(row);
    return {
      ids,
      last: last && id ? { lamport: last["lamport"] as number, id } : null,
      json: runs ? inRuns.texts() : rows.map((row) => envelopeJson(row, pool)),
    };
  }

  async refsTo(ids: readonly OpId[], kinds: readonly RefKind[] = refKinds): Promise<Ref[]> {
    if (kinds.length === 0) return [];
    if (kinds === refKinds) return (await this.byIds(byKeys(refColumns, "ref", "target"), ids)).map(refOf);
    const numbers = smallintArray(kinds.map((kind) => refKinds.indexOf(kind)));
    return (await this.byIds(byKeys(refColumns, "ref", "target", "AND kind = ANY ($3)"), ids, numbers)).map(refOf);
  }

  async refsFrom(ids: readonly OpId[]): Promise<Ref[]> {
    return (await this.byIds(byKeys(refColumns, "ref", "source"), ids)).map(refOf);
  }

  async claims(ids: readonly OpId[]): Promise<ClaimRow[]> {
    const rows = await this.byIds(byKeys(claimColumns, "claim", "id"), ids);
    return inOrder(ids, rows.map(claimOf), ({ id }) => id);
  }

  async claimsOfStatements(statements: readonly string[]): Promise<ClaimRow[]> {
    return this.#claimsBy("statement", statements);
  }

  async claimsOfTopics(topics: readonly string[]): Promise<ClaimRow[]> {
    return this.#claimsBy("topic", topics);
  }

  async #claimsBy(column: "statement" | "topic", keys: readonly string[]): Promise<ClaimRow[]> {
    if (keys.length === 0) return [];
    return (await this.query.all(byKeys(claimColumns, "claim", column), bytesArray([...new Set(keys)]))).map(claimOf);
  }

  /** From one to the next by the index, whatever number of claims there is of each; long ones by their first bytes. */
  async predicates(prefix: string): Promise<string[]> {
    const least = utf8Hex(prefix).slice(0, 2 * startBytes);
    const found: string[] = [];
    for (const { start } of (await this.query.all(nextStarts, bytes(least), bytes(`${least}ff`))) as unknown as { start: string }[]) {
      found.push(...(start.length < 2 * startBytes ? [start] : await this.#predicatesFrom(start)));
    }
    return found.map(utf8Text).filter((predicate) => predicate !== "" && predicate.startsWith(prefix));
  }

  async #predicatesFrom(start: string): Promise<string[]> {
    const sql = "SELECT DISTINCT predicate FROM claim WHERE pool = $1 AND predicate_start = $2";
    return (await this.query.all(sql, bytes(start))).map((row) => row["predicate"] as string);
  }

  async claimsOfPredicates(predicates: readonly string[], status: ClaimStatus, limit: number): Promise<ClaimRow[]> {
    const names = [...new Set(predicates)].map(utf8Hex);
    const starts = bytesArray(names.map((name) => name.slice(0, 2 * startBytes)));
    return (await this.query.all(ofPredicates, starts, bytesArray(names), claimStatuses.indexOf(status), limit)).map(claimOf);
  }

  async grantees(ids: readonly OpId[]): Promise<GranteeRow[]> {
    const rows = await this.byIds(byKeys("id, did, expires", "grantee", "id"), ids);
    return inOrder(ids, rows.map(granteeOf), ({ id }) => id);
  }

  async grantsTo(grantee: Did): Promise<GranteeRow[]> {
    return (await this.query.all("SELECT id, did, expires FROM grantee WHERE pool = $1 AND did = $2 ORDER BY id", grantee)).map(granteeOf);
  }

  async claimPage({ after, limit }: { after?: OpId | undefined; limit: number }): Promise<ClaimRow[]> {
    const sql = `SELECT ${claimColumns} FROM claim WHERE pool = $1 AND id > $2 ORDER BY id LIMIT $3`;
    return (await this.query.all(sql, bytes(after ? digits(after) : ""), limit)).map(claimOf);
  }

  async claimCounts(): Promise<ClaimCount[]> {
    return countClaims(this.query);
  }

  async claimList(query: ClaimListQuery): Promise<ClaimRow[]> {
    return listClaims(this.query, query);
  }

  async evidence(ids: readonly OpId[]): Promise<EvidenceRow[]> {
    const rows = await this.byIds(byKeys("id, lamport, source", "evidence", "id"), ids);
    return inOrder(ids, rows.map(evidenceOf), ({ id }) => id);
  }

  async evidenceOf(source: string): Promise<EvidenceRow[]> {
    const sql = "SELECT id, lamport, source FROM evidence WHERE pool = $1 AND source = $2 ORDER BY lamport DESC, id DESC";
    return (await this.query.all(sql, bytes(source))).map(evidenceOf);
  }

  async search(query: SearchQuery): Promise<SearchRow[]> {
    return searchWords(this.query, this.state, query);
  }

  async searchRows(ids: readonly OpId[]): Promise<SearchRow[]> {
    return inOrder(ids, await rowsOfOps(this.query, ids), ({ id }) => id);
  }

  async searchTimes(word: string, statuses?: readonly ClaimStatus[]): Promise<number[]> {
    return timesOfWord(this.query, word, statuses);
  }

  async wordCounts(words: readonly string[]): Promise<WordCounts> {
    return countWords(this.query, this.state, words);
  }
}

const refColumns = "source, kind, target";

const ofPredicates = `
SELECT found.* FROM unnest($2::bytea[], $3::bytea[]) AS given (start, name)
CROSS JOIN LATERAL (
  SELECT ${claimColumns} FROM claim WHERE pool = $1 AND predicate_start = given.start AND predicate = given.name AND status = $4 LIMIT $5
) AS found LIMIT $5`;

const nextStarts = `
WITH RECURSIVE step (start) AS (
  (SELECT predicate_start FROM claim WHERE pool = $1 AND predicate_start >= $2 ORDER BY predicate_start LIMIT 1)
  UNION ALL
  SELECT (SELECT predicate_start FROM claim WHERE pool = $1 AND predicate_start > step.start ORDER BY predicate_start LIMIT 1)
  FROM step WHERE step.start < $3
)
SELECT start FROM step WHERE start < $3`;
