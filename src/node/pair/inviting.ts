/** A device of the pool takes another one in: runs the inviter's state machine for as long as its code is good. */
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import { makeCode } from "../../core/pair/code.ts";
import { type InviterInput, type InviterState, openInviter, type Proven, stepInviter } from "../../core/pair/inviter.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { isObject } from "../../core/sync/messages.ts";
import { addDevice, listDevices } from "../devices.ts";
import type { Node } from "../open-node.ts";

export interface Inviting {
  readonly code: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Answers a message of pairing; null for every other one, which is somebody else's to answer. */
  answer(message: Json, key: string | null): JsonObject | null;
  /** Whoever holds the code. Rejects with `PoolError("unauthorized")` when nobody came in time, or too many guessed. */
  readonly asking: Promise<Proven>;
  /** The owner's word. Yes adds the device, under the name that it gave, and resolves with the operation that did; null when it was in. */
  decide(agreed: boolean): Promise<OpId | null>;
  /** Resolves when the new device says that it holds the pool. */
  readonly synced: Promise<void>;
  /** Resolves when a device that was refused has heard it. */
  readonly heardNo: Promise<void>;
  close(): void;
}

export interface InviteOptions {
  readonly role: string;
  /** sha-256 in hex of the certificate under which this node is served; empty without TLS. */
  readonly channel: string;
}

/** Rejects with `PoolError("role")` unless this device may add others, `no_pool` without a pool. */
export async function invite(node: Node, { role, channel }: InviteOptions): Promise<Inviting> {
  const { did, clock, random } = node.writer;
  const { pairingCrypto } = await import("./pairing-crypto.ts"); // loaded only here: a curve takes its time
  const own = await node.role();
  const pool = await node.replica.store.read((reader) => reader.pool());
  if (pool === null) throw new PoolError("no_pool", "there is no pool here to take a device into: `fablepool init` founds one");
  if (own !== "full") throw new PoolError("role", `only a full device takes others in; this one is ${own ?? "no device of the pool"}`);
  const asking = Promise.withResolvers<Proven>();
  const synced = Promise.withResolvers<void>();
  const heardNo = Promise.withResolvers<void>();
  asking.promise.catch(() => undefined); // whoever awaits it hears
  let state = openInviter({ code: makeCode(random(16)), inviter: did, channel, pool, now: clock() });
  const take = (input: InviterInput): JsonObject | null => {
    const step = stepInviter(pairingCrypto, state, input);
    state = step.state;
    if (step.event === "asking" && state.stage.is === "asking") asking.resolve(state.stage.proven);
    if (step.event === "over") asking.reject(overError(state));
    if (step.event === "synced") synced.resolve();
    if (step.reply?.["type"] === "pair_over") heardNo.resolve();
    return step.reply ?? null;
  };
  const timer = setTimeout(() => take({ is: "time", now: clock() }), state.expiresAt - clock());
  return {
    code: state.code,
    expiresAt: state.expiresAt,
    asking: asking.promise,
    synced: synced.promise,
    heardNo: heardNo.promise,
    answer(message, key) {
      if (!isPairing(message)) return null;
      return take({ is: "message", key, message, now: clock(), random: { scalar: random(32), nonce: random(32) } });
    },
    async decide(agreed) {
      const { stage } = state;
      if (stage.is !== "asking" || !agreed) {
        take({ is: "decided", agreed: false });
        return null;
      }
      const { key, name } = stage.proven;
      try {
        // Interrupted after it was added, it comes with the same key again: there is nothing to add.
        const known = (await listDevices(node.replica)).find((device) => device.key === key);
        const added = known?.role === role && !known.removed ? null : await addDevice(node, { key, role, name });
        take({ is: "decided", agreed: true });
        return added;
      } catch (error) {
        take({ is: "decided", agreed: false });
        throw error;
      }
    },
    close: () => clearTimeout(timer),
  };
}

/** The messages of pairing, which a node answers only while it shows a code. */
export function isPairing(message: Json): boolean {
  const type = isObject(message) ? message["type"] : null;
  return type === "pair_begin" || type === "pair_prove" || type === "pair_synced";
}

function overError({ stage }: InviterState): PoolError {
  const why = stage.is === "over" ? stage.why : "expired";
  const words = {
    expired: "nobody came with the code in time: `fablepool pair` shows a new one",
    guessed: "too many wrong codes were tried, so this one is dead; nothing was given away. `fablepool pair` shows a new one",
    refused: "not added",
  };
  return new PoolError("unauthorized", words[why], { why });
}
