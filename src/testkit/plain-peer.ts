/**
 * A plain fpl-sync/1 peer, written from section 7 of the protocol page alone: no extensions, no codes on its errors but the
 * one that paging needs, no memory between requests. Whatever implements the page must get on with it, as client and server.
 */
import type { Crypto, Json, JsonObject } from "../core/ports.ts";
import { PlainLog } from "./plain-peer-log.ts";

export interface PlainPeerOptions {
  /** Ids above which an unpaged frontier is refused. */
  readonly frontier?: number;
  /** Ids in a page that this peer asks for. */
  readonly page?: number;
  /** Operations after which a reply to `ops_request` says `more`. */
  readonly reply?: number;
  /** Operations in a batch that it asks for or pushes. */
  readonly batch?: number;
  /** Whether its hello names its pool; a plain peer need not. */
  readonly tellsPool?: boolean;
}

export interface PlainReport {
  readonly pulled: number;
  readonly pushed: number;
  readonly rejected: readonly string[];
  readonly deferred: readonly string[];
}

export type Request = (message: JsonObject) => Promise<Json>;

export class PlainPeer {
  readonly log: PlainLog;
  readonly did: string;
  readonly #pool: string;
  readonly #options: Required<PlainPeerOptions>;

  constructor(crypto: Crypto, did: string, pool: string, options: PlainPeerOptions = {}) {
    this.log = new PlainLog(crypto, pool);
    this.did = did;
    this.#pool = pool;
    this.#options = { frontier: 100_000, page: 10_000, reply: 1_000, batch: 200, tellsPool: true, ...options };
  }

  /** The server's side: one message, one reply. */
  answer(message: Json): JsonObject {
    if (typeof message !== "object" || message === null || Array.isArray(message)) return refuse("message must be a JSON object");
    const asked = message as JsonObject;
    switch (asked["type"]) {
      case "hello":
        return { type: "hello", protocol: "fpl-sync/1", node: this.did, ...(this.#options.tellsPool ? { pool: this.#pool } : {}) };
      case "frontier":
        return this.#frontier(asked);
      case "ops_request": {
        const found = (asked["want"] as string[]).slice(0, 1_000).flatMap((id) => this.log.ops.get(id) ?? []);
        const ops = found.slice(0, this.#options.reply);
        return { type: "ops", ops, ...(ops.length < found.length ? { more: true } : {}) };
      }
      case "push": {
        const { accepted, rejected, deferred } = this.log.ingest(asked["ops"] as Json[]);
        return { type: "push_result", accepted, rejected, deferred, want: this.log.incomplete().slice(0, 1_000) };
      }
      default:
        return refuse(`unknown message type: ${asked["type"]}`);
    }
  }

  #frontier({ after, limit }: JsonObject): JsonObject {
    const all = this.log.ids();
    if (after === undefined && limit === undefined) {
      if (all.length > this.#options.frontier) return { ...refuse("too many operations for one frontier"), code: "too_large" };
      return { type: "frontier", protocol: "fpl-sync/1", op_ids: all, lamport: this.log.lamport() };
    }
    const op_ids = all.filter((id) => after === undefined || id > (after as string)).slice(0, limit as number | undefined);
    return { type: "frontier", protocol: "fpl-sync/1", op_ids, lamport: this.log.lamport() };
  }

  /** The client's side: hello, pull, push, report. */
  async sync(request: Request, node: string): Promise<PlainReport> {
    const hello = expect(await request({ type: "hello" }), "hello");
    if (hello["protocol"] !== "fpl-sync/1" || hello["node"] !== node) throw new TypeError("another protocol or another node");
    if (hello["pool"] !== undefined && hello["pool"] !== this.#pool) throw new TypeError("another pool");
    const theirs = await this.#frontierOf(request);
    const { pulled, rejected, deferred } = await this.#pull(request, theirs);
    const lacking = [...this.log.ops.values()].filter((op) => !theirs.has(op.op_id)).sort(byPlace);
    const report = { pulled, pushed: 0, rejected, deferred };
    let want: string[] = [];
    for (let start = 0; start < lacking.length || start === 0; start += this.#options.batch) {
      const reply = expect(await request({ type: "push", ops: lacking.slice(start, start + this.#options.batch) }), "push_result");
      report.pushed += (reply["accepted"] as string[]).length;
      report.rejected.push(...(reply["rejected"] as { op: string }[]).map(({ op }) => op));
      report.deferred.push(...(reply["deferred"] as string[]));
      want = reply["want"] as string[];
    }
    const wanted = want.flatMap((id) => this.log.ops.get(id) ?? []).filter((op) => op["payload"] !== undefined);
    if (wanted.length > 0) expect(await request({ type: "push", ops: wanted }), "push_result");
    return report;
  }

  async #frontierOf(request: Request): Promise<Set<string>> {
    const whole = (await request({ type: "frontier" })) as JsonObject;
    if (whole["type"] !== "error") return new Set(expect(whole, "frontier")["op_ids"] as string[]);
    const ids: string[] = [];
    for (let page: string[] = [""]; page.length > 0; ids.push(...page)) {
      const after = ids.at(-1);
      const reply = await request({ type: "frontier", ...(after === undefined ? {} : { after }), limit: this.#options.page });
      page = expect(reply, "frontier")["op_ids"] as string[];
    }
    return new Set(ids);
  }

  /** Ids in sorted order, which says nothing of what follows what: nearly everything waits for a while. */
  async #pull(request: Request, theirs: ReadonlySet<string>) {
    const missing = [...theirs].filter((id) => !this.log.ops.has(id));
    const waiting = new Map<string, Json>();
    const rejected: string[] = [];
    let pulled = 0;
    const wanted = [...new Set([...missing, ...this.log.incomplete()])].sort();
    for (let open = wanted.splice(0, this.#options.batch); open.length > 0; open = [...open, ...wanted.splice(0, this.#options.batch)]) {
      const reply = expect(await request({ type: "ops_request", want: open }), "ops");
      const ops = reply["ops"] as JsonObject[];
      const came = new Set(ops.map((op) => op["op_id"] as string));
      open = reply["more"] === true && ops.length > 0 ? open.filter((id) => !came.has(id)) : [];
      for (const op of ops) waiting.set(op["op_id"] as string, op);
      const verdicts = this.log.ingest([...waiting.values()]);
      pulled += verdicts.accepted.length;
      rejected.push(...verdicts.rejected.map(({ op }) => op));
      for (const id of [...waiting.keys()]) if (!verdicts.deferred.includes(id)) waiting.delete(id);
    }
    return { pulled, rejected, deferred: [...waiting.keys()] };
  }
}

function refuse(error: string): JsonObject {
  return { type: "error", error };
}

function expect(reply: Json, type: string): JsonObject {
  const { type: given, error } = reply as JsonObject;
  if (given !== type) throw new TypeError(`expected ${type}, got ${given}: ${error}`);
  return reply as JsonObject;
}

function byPlace(left: { lamport: number; op_id: string }, right: { lamport: number; op_id: string }): number {
  return left.lamport - right.lamport || (left.op_id < right.op_id ? -1 : 1);
}
