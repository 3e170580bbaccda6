/** Bugs of talking: what is said that is not so, who is heard, and what is given away. */
import type { Chain } from "../../src/core/admission/chains.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { Crypto, Json, JsonObject } from "../../src/core/ports.ts";
import { tipsOf } from "../../src/core/sync/heads.ts";
import type { TipIds } from "../../src/core/sync/held-before.ts";
import type { ServerIdentity } from "../../src/node/caller.ts";
import { Replica } from "../../src/node/replica.ts";
import { answer } from "../../src/node/sync-server.ts";
import type { Store } from "../../src/store/index.ts";
import { expanded } from "../../src/testkit/expanded.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import type { Handler } from "../../src/transport/index.ts";
import { simulatedCrypto } from "../simulated-signatures.ts";
import type { Canary } from "./canary.ts";

/** Takes a push but for its last operation; `lies` says whether that one is called accepted. */
const dropping =
  (lies: boolean) =>
  (replica: Replica, self: ServerIdentity): Handler =>
  async (message, key) => {
    const ops = expanded(simulatedCrypto, (message as JsonObject | null)?.["ops"]);
    if (ops.length < 2) return answer(replica, self, message, key);
    const reply = await answer(replica, self, { ...(message as JsonObject), ops: ops.slice(0, -1) }, key);
    const accepted = reply["accepted"];
    if (!lies || !Array.isArray(accepted)) return reply;
    return { ...reply, accepted: [...accepted, (ops.at(-1) as JsonObject)["op_id"] as Json] };
  };

const rootDid = () => fixedKey(simulatedCrypto, "root").did;

/** Keeps every operation that it once gave, with its words, and gives that again. */
function remembering(replica: Replica, self: ServerIdentity): Handler {
  const given = remembered.get(replica) ?? new Map<Json, Json>();
  remembered.set(replica, given);
  return async (message, key) => {
    const reply = await answer(replica, self, message, key);
    if (!Array.isArray(reply["ops"])) return reply;
    const ops = expanded(simulatedCrypto, reply["ops"]);
    for (const op of ops) if (op["payload"]) given.set(op["op_id"] as Json, op);
    return { ...reply, ops: ops.map((op) => given.get(op["op_id"] as Json) ?? op) };
  };
}

const remembered = new WeakMap<Replica, Map<Json, Json>>();

/** Takes every moment for the present one. */
function forgetful(store: Store, crypto: Crypto): Replica {
  const replica = new Replica(store, crypto);
  const { heldBefore } = replica;
  let last: TipIds | null = null;
  return Object.assign(replica, {
    heldBefore: Object.assign(heldBefore, {
      note(_who: Did, chains: Iterable<Chain>) {
        last = new Map([...tipsOf(chains)].map(([author, tips]) => [author, tips.map(({ id }) => id)]));
      },
      tipsAt: () => last,
    }),
  });
}

export const messageCanaries: readonly Canary[] = [
  {
    name: "what came after another moment",
    bug: "a server takes whoever greets it for somebody who was here just now",
    caughtBy: ["convergence"],
    wraps: { replica: forgetful },
  },
  {
    name: "operation of a push dropped, and called accepted",
    bug: "a server takes a push but for its last operation, and says that it took all",
    caughtBy: ["nothing-lost", "convergence"],
    wraps: { handler: dropping(true) },
  },
  {
    name: "operation of a push dropped",
    bug: "a server takes a push but for its last operation, and does not say so",
    caughtBy: ["convergence"],
    wraps: { handler: dropping(false) },
  },
  {
    name: "removed device still heard",
    bug: "a server answers everybody as it answers root",
    caughtBy: ["heard"],
    wraps: { handler: (replica, self) => (message) => answer(replica, self, message, rootDid()) },
  },
  {
    name: "erased words served",
    bug: "a server gives operations from a cache that an erasure does not reach",
    caughtBy: ["erasure"],
    wraps: { handler: remembering },
  },
  {
    name: "reply invented",
    bug: "a client takes a reply that did not come for an empty one",
    caughtBy: ["convergence", "errors"],
    wraps: {
      client: (transport) => ({
        ...transport,
        request: async (message) => {
          const reply = await transport.request(message);
          return (reply as JsonObject)["type"] === "ops" ? { type: "ops", ops: [], more: false, unknown: [] } : reply;
        },
      }),
    },
  },
];
