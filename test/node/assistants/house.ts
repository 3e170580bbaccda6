/** A home with some claims and assistants, its clock in the test's hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Selector } from "../../../src/core/capability/selector.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json } from "../../../src/core/ports.ts";
import { type Assistant, addAssistant, homeAt, initNode, type Node, openAssistant, stateClaim, system } from "../../../src/node/index.ts";

export interface House {
  readonly node: Node;
  /** The clock of device and assistants; tests move it. */
  now: number;
  /** Adds an assistant that may read claims of these predicates. */
  assistant(
    name: string,
    predicates: readonly string[],
    more?: Partial<Selector> & { readonly quota?: number; readonly evidence?: boolean },
  ): Promise<Assistant & { readonly token: string }>;
  state(predicate: string, object: Json): Promise<OpId>;
}

export async function house(context: Pick<TestContext, "after">, now = "2026-03-01T12:00:00Z"): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-assistants-"));
  const clock = { now: Date.parse(now) };
  const platform = { ...system, clock: () => clock.now };
  const { node } = await initNode(homeAt(folder), { name: "laptop", passphrase: null }, platform);
  context.after(async () => {
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return Object.assign(clock, {
    node,
    async assistant(name: string, predicates: readonly string[], more: Parameters<House["assistant"]>[2] = {}) {
      const { quota = 100, evidence = false, ...selecting } = more;
      const expiresAt = clock.now + 90 * 86_400_000;
      const terms = { selector: { predicates, ...selecting }, purpose: "to help", expiresAt, evidence, quota };
      const { token } = await addAssistant(node, { name, ...terms }, async () => null);
      return { ...(await openAssistant(node.home, name, async () => null, platform)), token };
    },
    state: (predicate: string, object: Json) => stateClaim(node, { subject: "self", predicate, object }),
  });
}
