/** A device that is open in the inspector, and what goes on in it: changes are told, peers kept in sync, what arrives made findable. */
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import {
  type Admissions,
  asOf,
  ClaimBook,
  forgetOverGrants,
  indexWhenQuiet,
  keepBackups,
  type Node,
  openAdmissions,
  type Replica,
  TimelineIndex,
} from "../../node/index.ts";
import type { ChainPart } from "../../store/index.ts";
import type { EventHub } from "./event-hub.ts";
import { Peers } from "./peers.ts";

export interface OpenHome {
  readonly node: Node;
  readonly admissions: Admissions;
  readonly peers: Peers;
  readonly book: ClaimBook;
  readonly times: TimelineIndex;
  /**
   * Gives `work` the memory as it was at a time, ms: built beside the store, which takes as long as all of it takes, one at a time. Rejects
   * with `too_large` when that is longer than a page waits.
   */
  asOf<Result>(time: number, work: (past: Replica) => Promise<Result>): Promise<Result>;
  /** When other devices last asked this one for something, by their keys. */
  readonly heard: Map<string, number>;
  close(): Promise<void>;
}

export async function openHome(
  node: Node,
  events: EventHub,
  { live, onDefect }: { readonly live: boolean; readonly onDefect: (error: unknown) => void },
): Promise<OpenHome> {
  if ((await node.role()) === "full") await forgetOverGrants(node.replica, node.writer.clock());
  const admissions = await openAdmissions(node.replica);
  const book = new ClaimBook(node.replica);
  const times = new TimelineIndex(node.replica);
  const stopTelling = tellChanges(node, admissions, events, () => {
    book.forget();
    times.forget();
  });
  const stopIndexing = indexWhenQuiet(node.replica);
  // A stick that is not plugged in is no defect; the doctor says when one is late.
  const stopBackups = keepBackups(node, { made: () => undefined, failed: () => undefined });
  const peers = new Peers(node, admissions, events, onDefect);
  if (live) peers.begin();
  return {
    node,
    admissions,
    peers,
    book,
    times,
    heard: new Map(),
    asOf: pastOf(node),
    async close() {
      await peers.close();
      stopTelling();
      await admissions.close();
      await stopIndexing();
      await stopBackups();
      await node.close();
    },
  };
}

/** Changes that come within this, milliseconds, are told together: an import makes hundreds. */
const gatherMs = 150;
const namedMax = 200;

function tellChanges(node: Node, admissions: Admissions, events: EventHub, onChange: () => void): () => void {
  let [count, conflicts] = [0, 0];
  let parts: ChainPart[] = [];
  let timer: NodeJS.Timeout | null = null;
  const tell = async () => {
    timer = null;
    const [now, told, moved] = [count, parts, conflicts];
    [count, parts, conflicts] = [0, [], 0];
    const ops = await node.replica.store.read((reader) => reader.ordered({ parts: told.slice(0, 50), limit: namedMax })).catch(() => []);
    const claims = new Set<OpId>(ops.flatMap(({ type, op_id, payload }) => (type === "claim" ? [op_id] : targetsOf(payload?.["targets"]))));
    const ids = ops.map(({ op_id }) => op_id);
    events.tell("changed", { operations: now, ids, claims: [...claims].slice(0, namedMax), conflicts: moved, at: node.writer.clock() });
  };
  const unsubscribe = admissions.subscribe((admitted) => {
    onChange();
    count += admitted.count;
    parts.push(...admitted.parts);
    timer ??= setTimeout(() => void tell(), gatherMs);
  });
  const forget = node.replica.onChange((change) => {
    onChange();
    conflicts += change.conflicts.size;
  });
  return () => {
    unsubscribe();
    forget();
    if (timer) clearTimeout(timer);
  };
}

function targetsOf(targets: unknown): OpId[] {
  return Array.isArray(targets) ? targets.filter((each): each is OpId => typeof each === "string") : [];
}

/** Two at once would build in the same place. */
function pastOf(node: Node): OpenHome["asOf"] {
  let turn: Promise<unknown> = Promise.resolve();
  return (time, work) => {
    const next = turn.then(async () => {
      const { operations } = await node.replica.store.read((reader) => reader.counts());
      if (operations > limits.pastOperations) {
        const hint = "`fablepool claims --as-of` takes its time.";
        throw new PoolError("too_large", `a page shows the past of at most ${limits.pastOperations} operations, these are ${operations}`, {
          hint,
        });
      }
      return asOf(node.home, node.replica, time, work);
    });
    turn = next.catch(() => undefined);
    return next;
  };
}
