/** Devices that follow a node on a kept connection, and how long until what one device wrote is in the view of others. */
import type { OpId } from "../../src/core/op/operation.ts";
import { type Admissions, type Node, openAdmissions, syncLive } from "../../src/node/index.ts";

/** A node, and word of what it admits. */
export interface Watched {
  readonly node: Node;
  readonly admissions: Admissions;
}

export interface Follower extends Watched {
  readonly ended: Promise<void>;
}

/** Resolves once it follows the node that is `key` at `url`, until `signal` fires. */
export async function follow(node: Node, url: string, key: string, signal: AbortSignal): Promise<Follower> {
  const admissions = await openAdmissions(node.replica);
  const live = Promise.withResolvers<void>();
  const ended = syncLive(node, admissions, {
    ...{ url, node: key, signal },
    onState: ({ is }) => is === "live" && live.resolve(),
    onReport: () => undefined,
  });
  await Promise.race([live.promise, ended]);
  return { node, admissions, ended };
}

/**
 * Writes the `n`th claim; resolves with the milliseconds after which each of `others` has it in its view with the status `active`, in
 * their order. Counted from the moment it is durable where it was written.
 */
export async function timeArrivals(writer: Node, others: readonly Watched[], n: number): Promise<number[]> {
  let id: OpId | null = null;
  let began = 0;
  const looks: (() => void)[] = [];
  const times = others.map(
    ({ node, admissions }) =>
      new Promise<number>((resolve) => {
        const look = async () => {
          if (id === null) return;
          const [row] = await node.replica.store.read((reader) => reader.claims([id as OpId]));
          if (row?.status !== "active") return;
          stop();
          resolve(performance.now() - began);
        };
        const stop = admissions.subscribe(() => void look());
        looks.push(() => void look());
      }),
  );
  [id] = (await writer.write([{ type: "claim", payload: claimOf(n) }])) as [OpId];
  began = performance.now();
  for (const look of looks) look(); // whoever was told before `id` was known here
  return Promise.all(times);
}

function claimOf(n: number) {
  return {
    subject: "self",
    predicate: "preference.likes",
    object: `thing ${n}`,
    confidence: 1,
    derived_from: [],
    method: { name: "bench", version: "1" },
    rationale: "",
  };
}
