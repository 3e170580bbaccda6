/** A new device comes in by the code that one of the pool shows: runs the joiner's state machine over a transport. */
import { setTimeout as pause } from "node:timers/promises";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import { beginJoiner, type JoinerStep, stepJoiner } from "../../core/pair/joiner.ts";
import type { Transport } from "../../transport/transport.ts";
import { readSettings, writeSettings } from "../home.ts";
import type { Node } from "../open-node.ts";
import { wordsOf } from "./words.ts";

/** A transport that can say who answered, and over which certificate. */
export interface PairingTransport extends Transport {
  node(): string | null;
  certificate(): string | null;
}

export interface JoinOptions {
  readonly code: string;
  /** Under which it asks to be taken in. */
  readonly name: string;
  /** Whether this device has been in that pool before, and comes in again with a new key. */
  readonly again?: boolean;
  readonly signal?: AbortSignal;
  /** Told once: what the person compares. */
  readonly onWords?: (words: readonly string[]) => void;
}

export interface Joined {
  readonly pool: OpId;
  readonly inviter: string;
  /** The certificate over which it was proved; null without TLS. */
  readonly certificate: string | null;
}

/**
 * Pairs with the node at the other end; resolves once its owner agreed and this key was added. Rejects with `PoolError`: `unauthorized` with
 * `why` when it does not come to that, `usage` when this device belongs to a pool, `network`, `peer`, `interrupted` as the transport does.
 */
export async function joinByCode(
  node: Pick<Node, "writer" | "replica">,
  transport: PairingTransport,
  options: JoinOptions,
): Promise<Joined> {
  const { did, random } = node.writer;
  const { pairingCrypto } = await import("./pairing-crypto.ts"); // loaded only here: a curve takes its time
  const { present, operations } = await node.replica.store.read(async (reader) => ({
    present: await reader.pool(),
    operations: (await reader.counts()).operations,
  }));
  // With nothing of the pool here yet, an earlier try was interrupted before its first sync.
  if (present !== null && operations > 0 && !options.again)
    throw new PoolError("usage", "this device belongs to a pool already: `fablepool sync` is all it needs");
  await transport.request({ type: "hello" }, options.signal);
  const inviter = transport.node() ?? "";
  const certificate = transport.certificate();
  const pairing = { code: options.code, joiner: did, inviter, channel: certificate ?? "" };
  const name = Array.from(options.name.normalize("NFC"))
    .slice(0, limits.pairNameCharacters / 2)
    .join("");
  let step: JoinerStep = beginJoiner(pairingCrypto, pairing, name, { scalar: random(32), nonce: random(32) });
  while (step.is === "ask" || step.is === "wait") {
    if (step.is === "ask" && step.words) options.onWords?.(wordsOf(step.words));
    if (step.is === "wait") await rest(options.signal);
    step = stepJoiner(pairingCrypto, step.state, await transport.request(step.message, options.signal));
  }
  if (step.is === "failed") throw failure(step.why);
  const { pool } = step;
  if (present !== null && present !== pool) throw new PoolError("usage", "that device belongs to another pool than this one did");
  if (present === null) await node.replica.store.write((tx) => tx.setPool(pool));
  return { pool, inviter, certificate };
}

/** Tells the inviter that the first sync is done, so that it can stop; that it does not hear it is no harm. */
export async function tellSynced(transport: Transport): Promise<void> {
  await transport.request({ type: "pair_synced" }).catch(() => undefined);
}

/** Keeps where the inviter is, for later syncs. */
export function rememberInviter({ home }: Node, url: string, inviter: string): void {
  const settings = readSettings(home);
  writeSettings(home, { ...settings, peers: [...settings.peers.filter((each) => each.url !== url), { url, node: inviter }] });
}

async function rest(signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(limits.pairPollMs, undefined, signal ? { signal } : {});
  } catch (error) {
    throw new PoolError("interrupted", "interrupted: this device was not taken in", {}, { cause: error });
  }
}

function failure(why: string): PoolError {
  const words: Readonly<Record<string, string>> = {
    code: "that code is not the one the other device shows; read it again. If it is, somebody is in between: make a new one there",
    expired: "the code is over: `fablepool pair` on the other device shows a new one",
    refused: "the other device said no: this device was not taken in",
    guessed: "the code is dead, too many wrong ones were tried: `fablepool pair` on the other device shows a new one",
  };
  return new PoolError("unauthorized", words[why] ?? "the other device shows no code, or one that is over or used: make a new one there", {
    why,
  });
}
