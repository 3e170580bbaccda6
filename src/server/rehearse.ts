/** What a server does before it says that it listens: it asks itself what a device that has nothing asks first. */
import type { Effect, EffectAnswer } from "../core/sync/effects.ts";
import { syncSession } from "../core/sync/session.ts";
import { type Node, nativeCrypto } from "../node/index.ts";
import { openHttpTransport } from "../transport/index.ts";
import type { Transport } from "../transport/transport.ts";
import type { RunningServer } from "./start-server.ts";

/** Milliseconds, of all of it: whatever keeps a server from answering itself, it is not kept from answering others. */
const rehearsalMs = 1_000;

/**
 * Greets the node at its own address, asks for its first page, and pushes that page back, of which nothing is new. Twice, by connections of their
 * own. Otherwise the first device waits while V8 compiles all of this; and code that has long seen one connection alone is made for that one, and
 * thrown away at the second. Never rejects: who asks next is told what is wrong.
 */
export async function rehearse({ replica, writer }: Pick<Node, "replica" | "writer">, { url }: Pick<RunningServer, "url">): Promise<void> {
  const { did, seed, clock, random } = writer;
  const pool = await replica.store.read((reader) => reader.pool());
  if (pool === null) return;
  const signal = AbortSignal.timeout(rehearsalMs);
  const key = { did, seed };
  for (let time = 0; time < 2; time++) {
    const transport = openHttpTransport({ url, node: did, key, crypto: nativeCrypto, clock, random, compress: true });
    try {
      const session = syncSession({ node: did, pool });
      for (let step = session.next(); !step.done; step = session.next(await answerTo(step.value, transport, signal))) {
        if (step.value.do !== "ingest") continue;
        await transport.request({ type: "push", ops: step.value.ops }, signal);
        break;
      }
    } catch {
      return;
    } finally {
      await transport.close();
    }
  }
}

/** As a device answers that has nothing. */
async function answerTo(effect: Effect, transport: Transport, signal: AbortSignal): Promise<EffectAnswer> {
  if (effect.do === "send") return transport.request(effect.message, signal);
  return effect.do === "known" || effect.do === "chains" ? new Map() : null;
}
