/** Runs part `devices`: ranks, roles, and whose work counts, from a whole log. */
import assert from "node:assert/strict";
import { roleOf, standingOf } from "../../src/core/admission/device-view.ts";
import { mayWrite } from "../../src/core/claim/roles.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { controlTypes } from "../../src/core/op/operation.ts";
import type { Replica } from "../../src/node/replica.ts";
import { inSeveralOrders } from "./orders.ts";
import { allIds, list, object, type Run, sorted, text } from "./runner.ts";

async function deviceFacts(replica: Replica, dids: readonly string[]) {
  return replica.store.read(async (reader) => {
    const log = await replica.controlLog(reader);
    const view = log.view();
    const standings = new Map<string, string[]>();
    for (const op of (await reader.known(await allIds(reader))).values()) {
      const standing = standingOf(view, log.chains, { ...op, control: controlTypes.has(op.type) });
      standings.set(standing, [...(standings.get(standing) ?? []), op.id]);
    }
    const ranked = [...view.devices.values()].sort((left, right) => left.rank - right.rank);
    return {
      ranks: ranked.map(({ key }) => key),
      roles: Object.fromEntries(dids.map((did) => [did, roleOf(view, did as Did)])),
      contested: sorted(standings.get("contested") ?? []),
      void: sorted(standings.get("void") ?? []),
    };
  });
}

export const deviceRunners: Readonly<Record<string, Run>> = {
  async "device-view"({ input, expect }) {
    const { verdict: _verdict, ...facts } = expect;
    for (const [order, replica] of await inSeveralOrders(text(input, "pool"), list(input, "log"))) {
      assert.deepEqual(await deviceFacts(replica, Object.keys(object(expect, "roles"))), facts, order);
    }
  },

  role({ input, expect }) {
    const role = text(input, "role");
    for (const type of list(expect, "writes")) assert.ok(mayWrite(role, String(type)), `${role} writes ${type}`);
    for (const type of list(expect, "void")) assert.ok(!mayWrite(role, String(type)), `${role} does not write ${type}`);
  },
};
