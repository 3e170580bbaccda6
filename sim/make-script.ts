/** A script from a seed: every history has its own temper, so that some are stormy, some quiet, some about devices only. */
import { type SeededRandom, seededRandom } from "../src/testkit/seeded-random.ts";
import type { Action, Fate, HostileKind, Script } from "./actions.ts";

/** How often each thing happens in one history, by weight. */
type Temper = Readonly<Record<Action["do"], number>> & {
  /** Of so many packets, one meets another fate than to arrive. */
  readonly badFate: number;
  /** Packets that arrive at once, at most. */
  readonly burst: number;
};

const notActions: ReadonlySet<string> = new Set(["badFate", "burst"]);

const hostileKinds: readonly HostileKind[] = ["fault", "fault", "gossip", "gossip", "strip", "backdate", "forge", "stranger", "fuzz"];
const badFates: readonly Fate[] = ["lose", "lose", "lose", "duplicate", "duplicate", "corrupt", "truncate", "mangle"];
const yearMs = 365 * 24 * 3_600_000;

export interface ScriptOptions {
  readonly nodes?: number;
  readonly actions?: number;
  /** With a delegate, or without. */
  readonly delegate?: boolean;
}

export function makeScript(seed: number, { nodes, actions, delegate = false }: ScriptOptions = {}): Script {
  const random = seededRandom(seed);
  const count = nodes ?? 3 + random.below(3);
  const length = actions ?? 60 + random.below(60);
  const temper = temperOf(random, delegate);
  const weighted = Object.entries(temper).flatMap(([name, weight]) => (notActions.has(name) ? [] : Array<string>(weight).fill(name)));
  const made: Action[] = [];
  for (let at = 0; at < length; at++) made.push(anyAction(random, random.pick(weighted) as Action["do"], count, temper));
  return { seed, nodes: count, actions: made, ...(delegate ? { delegate } : {}) };
}

/** A history in which somebody copies a device, key and disk, and works on with that among the others, until its owner notices. */
export function thiefScript(seed: number): Script {
  const { nodes, actions } = makeScript(seed);
  const random = seededRandom(seed + 1);
  const stolenAt = random.below(Math.floor(actions.length / 2));
  const noticedAt = stolenAt + random.below(actions.length - stolenAt);
  const theft: Action = { do: "clone", node: random.below(nodes) };
  const thiefs = (): Action[] => [
    { do: "write", node: nodes, s: random.below(2 ** 31) },
    { do: "control", node: nodes, s: random.below(2 ** 31), root: false },
    { do: "sync", node: nodes, peer: random.below(nodes), plain: random.once(2) },
  ];
  const expel: Action = { do: "expel", node: random.below(nodes), s: random.below(2 ** 31) };
  const during = actions.slice(stolenAt, noticedAt).flatMap((action, at) => (at % 4 === 0 ? [action, ...thiefs()] : [action]));
  return {
    seed,
    nodes,
    actions: [...actions.slice(0, stolenAt), theft, ...thiefs(), ...during, expel, ...thiefs(), ...actions.slice(noticedAt)],
  };
}

function temperOf(random: SeededRandom, delegate: boolean): Temper {
  const some = (weight: number) => (random.once(2) ? weight : 0);
  const crash = some(4);
  return {
    write: 24,
    control: random.pick([1, 3, 8]),
    sync: 12,
    deliver: 44,
    crash,
    full: some(2),
    restart: crash > 0 ? 4 : 0,
    backup: 2,
    restore: some(2),
    clone: some(1),
    expel: 0, // scripts about thieves have it: see `thiefScript`
    split: some(2),
    join: 2,
    clock: some(2),
    hostile: some(8),
    rot: random.once(4) ? 1 : 0,
    replace: random.once(4) ? 1 : 0,
    index: 3,
    grant: delegate ? 5 : 0,
    revoke: delegate ? 3 : 0,
    pull: delegate ? 12 : 0,
    receipts: delegate ? 3 : 0,
    wait: delegate ? 4 : 0,
    audit: 2,
    badFate: random.pick([1_000, 12, 5]),
    burst: random.pick([1, 2, 3, 8]),
  };
}

function anyAction(random: SeededRandom, name: Action["do"], nodes: number, { badFate, burst }: Temper): Action {
  const node = random.below(nodes + 1);
  const s = random.below(2 ** 31);
  switch (name) {
    case "write":
    case "expel":
    case "rot":
      return { do: name, node, s };
    case "control":
      return { do: name, node, s, root: random.once(3) };
    case "sync":
      return { do: name, node, peer: random.below(nodes + 1), plain: random.once(4) };
    case "deliver":
      return { do: name, s, count: 1 + random.below(burst), fate: random.once(badFate) ? random.pick(badFates) : "ok" };
    case "crash":
      return { do: name, node, at: random.once(4) ? 0 : 1 + random.below(40) };
    case "full":
      return { do: name, node, at: 1 + random.below(30) };
    case "restore":
      return { do: name, node, seen: random.once(2) };
    case "grant":
      return { do: name, node, s };
    case "revoke":
      return { do: name, node, s, root: random.once(4) };
    case "pull":
      return { do: name, s };
    case "receipts":
      return { do: name };
    case "wait":
      return { do: name, ms: random.pick([60_000, 3_600_000, 24 * 3_600_000]) };
    case "split":
      return { do: name, sides: random.below(2 ** (nodes + 1)) };
    case "join":
      return { do: name };
    case "clock":
      return { do: name, node, off: random.pick([-1, 1]) * random.below(20 * yearMs) };
    case "hostile":
      return { do: name, node, kind: random.pick(hostileKinds), s };
    default:
      return { do: name, node };
  }
}
