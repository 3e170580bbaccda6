/**
 * The client's side of a sync (section 7): `hello → pull → push → report`, without a socket, clock or store. It is a
 * generator of effects; `src/node/sync-client.ts` performs them over a real transport and store, the simulator over its own.
 */

import { PoolError } from "../errors.ts";
import type { OpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";
import { type PageForm, pullByHeads, pushByHeads } from "./by-heads.ts";
import { fetch, serveWant } from "./by-id.ts";
import { pullBySet, pushBySet } from "./by-set.ts";
import { chains, incomplete, type Session, send } from "./effects.ts";
import { type Heads, readHeads } from "./heads.ts";
import type { Meanwhile } from "./meanwhile.ts";
import { expectReply, extensions, protocol } from "./messages.ts";
import { fillPayloads } from "./newest-first.ts";
import { inPasses, Tally } from "./tally.ts";

export interface SessionOptions {
  /** The node that must answer; null accepts any. */
  readonly node: string | null;
  /** This node's pool. */
  readonly pool: OpId;
  /** Extensions to use; a plain peer uses none. With `heads` they are those that the server named too. */
  readonly extensions?: readonly string[];
  /** Bytes of deferred operations to keep; section 4's maximum without. */
  readonly deferredBytes?: number;
  /** Takes headers first, where the server speaks headers/1, and payloads afterwards, the newest first. */
  readonly newestFirst?: boolean;
  /** Payloads of this, or of an earlier such sync, are to be asked for. */
  readonly filling?: boolean;
  /** The hash of what is held here (same/1): a server that holds the same says no more. */
  readonly same?: string;
  /**
   * On a connection that is kept (live/1), the server's heads as it last told them: the sync goes on from there without
   * another `hello`. `node` was greeted on it, and both named heads/1.
   */
  readonly heads?: Json;
}

/** What a session leaves: the report's parts but for conflicts, which only the view can tell. */
export interface SessionResult {
  readonly peer: string;
  readonly pulled: number;
  readonly pushed: number;
  readonly rejected: readonly { readonly op: string; readonly reason: string }[];
  readonly deferred: readonly OpId[];
  /** The server's hash of its predicate registry. */
  readonly registry: string | null;
}

export function* syncSession(options: SessionOptions): Session<SessionResult> {
  const ours = options.extensions ?? extensions;
  if (options.heads !== undefined) {
    const tally = tallyOf(options, ours);
    yield* exchangeByHeads(tally, readHeads(options.heads), { completes: "after a pull", form: pageForm(ours, false) });
    yield* serveWant(tally, tally.want);
    return { peer: String(options.node), ...tally.result(), registry: null };
  }
  const same = ours.includes("same/1") ? options.same : undefined;
  const hello = expectReply(yield* send({ type: "hello", extensions: ours, ...(same === undefined ? {} : { same }) }), "hello");
  checkHello(hello, options);
  if (same !== undefined && hello["same"] === true) {
    if (hello["unproven"] === true) yield* vouch(String(hello["node"]));
    return { peer: String(hello["node"]), ...new Tally().result(), registry: null };
  }
  const theirs = Array.isArray(hello["extensions"]) ? hello["extensions"] : [];
  const both = ours.filter((name) => theirs.includes(name));
  const tally = tallyOf(options, both);
  if (both.includes("heads/1")) {
    const heads = readHeads(hello["heads"] ?? expectReply(yield* send({ type: "heads" }), "heads"));
    const first = same !== undefined && hello["ops"] !== undefined ? hello : undefined;
    const [completes, form] = [options.filling ? "never" : "always", pageForm(both, options.newestFirst === true)] as const;
    yield* exchangeByHeads(tally, heads, { completes, form, ...(first === undefined ? {} : { first }) });
  } else {
    const extra = yield* asStranger(
      hello,
      inPasses(tally, () => pullBySet(tally)),
    );
    if (!options.filling) yield* completeOurs(tally);
    yield* pushBySet(tally, extra);
    if (tally.pushes === 0) yield* tally.push(tally.batchOf([]));
  }
  yield* serveWant(tally, tally.want);
  if (hello["unproven"] === true) yield* vouch(String(hello["node"]));
  // By now this device has all that it takes to read, judge and write: the rest may take its time, and be broken off.
  if (options.filling) yield* fillPayloads(tally);
  return { peer: String(hello["node"]), ...tally.result(), registry: typeof hello["registry"] === "string" ? hello["registry"] : null };
}

/**
 * Who is greeted without a word of the pool and then refused is a stranger there: not known yet, or not any more known than anybody. A device
 * that was removed is not even greeted (TRA-13).
 */
function* asStranger<Result>(hello: JsonObject, session: Session<Result>): Session<Result> {
  try {
    return yield* session;
  } catch (error) {
    if (!(error instanceof PoolError) || error.details["code"] !== "unauthorized" || hello["pool"] !== undefined) throw error;
    throw new PoolError("peer", error.message, { ...error.details, stranger: true }, { cause: error });
  }
}

/**
 * What is incomplete here is asked for once on a connection, and again when something came: it would be the same request
 * after every operation that somebody writes. Where filling follows, that asks for it.
 */
function* exchangeByHeads(
  tally: Tally,
  heads: Heads,
  {
    completes,
    form,
    first,
  }: { readonly completes: "always" | "after a pull" | "never"; readonly form: PageForm; readonly first?: JsonObject },
): Session<void> {
  let meanwhile: Meanwhile | null = null;
  let page = first;
  yield* inPasses(tally, function* () {
    meanwhile = yield* pullByHeads(tally, heads, { form, first: page }, meanwhile);
    page = undefined;
  });
  if (completes === "always" || (completes === "after a pull" && tally.pulled > 0)) yield* completeOurs(tally);
  yield* pushByHeads(tally, heads, meanwhile);
  yield* serveWant(tally, heads.incomplete);
}

function tallyOf({ deferredBytes }: SessionOptions, extensions: readonly string[]): Tally {
  return new Tally({ ...(deferredBytes === undefined ? {} : { deferredBytes }), runs: extensions.includes("runs/1") });
}

function pageForm(extensions: readonly string[], newestFirst: boolean): PageForm {
  return {
    ...(newestFirst && extensions.includes("headers/1") ? { headers: true } : {}),
    ...(extensions.includes("runs/1") ? { runs: true } : {}),
  };
}

/** A server that was restored hears what it had written, as far as it is known here: having that, it may write again (section 4). */
function* vouch(node: string): Session<void> {
  const yours = [...(yield* chains()).values()].filter(({ author }) => author === node).map(({ tip }) => tip);
  yield* send({ type: "heads", yours });
}

function checkHello(hello: JsonObject, { node, pool }: SessionOptions): void {
  if (hello["protocol"] !== protocol) {
    throw new PoolError("peer", `the peer speaks ${JSON.stringify(hello["protocol"])?.slice(0, 60)}, not ${protocol}`);
  }
  if (node !== null && hello["node"] !== node) throw new PoolError("peer", `another node answered: ${String(hello["node"]).slice(0, 80)}`);
  if (hello["pool"] === undefined) return; // a plain peer does not say
  if (hello["pool"] !== pool) throw new PoolError("peer", "the peer holds another pool");
}

/** Asks for the operations that are here without their payload (section 4). */
function* completeOurs(tally: Tally): Session<void> {
  const lacking = yield* incomplete();
  if (lacking.length > 0) yield* fetch(tally, lacking);
}
