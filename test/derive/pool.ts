/** A pool in a folder of its own, with evidence put straight into its log. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import type { SeenEvidence } from "../../src/derive/index.ts";
import { homeAt, initNode, listClaims, type Node, system } from "../../src/node/index.ts";

export interface Pool {
  readonly node: Node;
  /** The clock of the device; tests move it. */
  now: number;
}

export async function pool(context: TestContext, now = "2025-04-25T12:00:00Z"): Promise<Pool> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-derive-"));
  const clock = { now: Date.parse(now) };
  const { node } = await initNode(homeAt(folder), { name: "test", passphrase: null }, { ...system, clock: () => clock.now });
  context.after(async () => {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return Object.assign(clock, { node });
}

/** Writes items as evidence, in their order; a later version names the one it replaces. */
export async function put({ node }: Pool, items: readonly SeenEvidence[], replaces?: OpId): Promise<OpId[]> {
  return node.write(
    items.map(({ adapter, externalId, kind, observedAt, content }) => ({
      type: "evidence",
      payload: {
        source: { adapter, version: "1" },
        origin: "import",
        external_id: externalId,
        kind,
        content,
        ...(observedAt === null ? {} : { observed_at: observedAt }),
        ...(replaces === undefined ? {} : { replaces }),
      },
    })),
  );
}

export interface Held {
  readonly id: OpId;
  readonly status: string;
  readonly payload: JsonObject & { readonly derived_from: readonly OpId[]; readonly method: { readonly name: string } };
}

/** The claims of a predicate, of every status, newest first. */
export async function held({ node }: Pool, predicate: string): Promise<Held[]> {
  const found = await listClaims(node.replica, { predicate, limit: 10_000 });
  return found.map(({ op, status }) => ({ id: op.op_id, status, payload: op.payload as Held["payload"] }));
}

/** What is believed: `status object`, newest first. */
export async function believed(of: Pool, predicate: string): Promise<string[]> {
  return (await held(of, predicate)).map(
    ({ status, payload }) => `${status} ${typeof payload["object"] === "string" ? payload["object"] : JSON.stringify(payload["object"])}`,
  );
}

/** The first of a list that has one. */
export function one<Entry>(list: readonly (Entry | undefined)[]): Entry {
  const [first] = list;
  if (first === undefined) throw new RangeError("there is none");
  return first;
}
