/** Makes one action happen. Whatever it finds nothing to do with, it leaves alone. */
import type { OpId } from "../src/core/op/operation.ts";
import { emptyTables } from "../src/store/index.ts";
import { controlDraft } from "../src/testkit/pool-history-drafts.ts";
import { seededRandom } from "../src/testkit/seeded-random.ts";
import type { Action } from "./actions.ts";
import { checkDevice } from "./checks/index.ts";
import { checkNothingLost } from "./checks/nothing-lost.ts";
import type { Device } from "./device.ts";
import { markedDraft, type PlainDraft } from "./drafts.ts";
import { attack, knowledgeOf, pictureOf } from "./hostile.ts";
import { rot } from "./rot.ts";
import { idle, type World } from "./world.ts";

export async function perform(world: World, action: Action): Promise<void> {
  if (action.do === "split") world.network.split(action.sides);
  else if (action.do === "join") world.network.split(0);
  else if (action.do === "deliver") {
    const random = seededRandom(action.s);
    for (let left = action.count; left > 0 && world.network.underWay > 0; left--) world.network.deliver(random, action.fate);
  } else if (action.do === "pull") world.guest?.pull(action.s);
  else if (action.do === "receipts") world.guest?.sendReceipts();
  else if (action.do === "wait") await world.guest?.wait(action.ms);
  else {
    const device = world.devices[action.node % world.devices.length];
    if (device) await performAt(world, device, action);
  }
  await idle();
}

type AtDevice = Exclude<Action, { readonly do: "split" | "join" | "deliver" | "pull" | "receipts" | "wait" }>;

async function performAt(world: World, device: Device, action: AtDevice): Promise<void> {
  switch (action.do) {
    case "write":
      return writeSome(world, device, action.s);
    case "control":
      return writeControl(world, device, action);
    case "expel":
      return expel(world, device, action.s);
    case "sync":
      return world.sync(device, world.devices[action.peer % world.devices.length] as Device, { plain: action.plain });
    case "grant":
      return grant(world, device, action.s);
    case "revoke":
      return revoke(world, device, action);
    case "crash":
      if (action.at > 0) device.disk.crashIn(action.at);
      else if (device.replica) world.died(device);
      return;
    case "full":
      return device.disk.fullIn(action.at);
    case "restart":
      return restart(world, device);
    case "clock":
      device.clockOff = action.off;
      return;
    case "hostile":
      return attack(world, device, action.kind, action.s);
    case "index":
      return world.index(device);
    case "audit":
      return checkDevice(world, device);
    default:
      return changeDisk(world, device, action);
  }
}

type AtDisk = Extract<Action, { readonly do: "backup" | "restore" | "clone" | "rot" | "replace" }>;

async function changeDisk(world: World, device: Device, action: AtDisk): Promise<void> {
  world.trace.step(`${action.do} ${device.index}`);
  switch (action.do) {
    case "backup":
      if (!device.rotten) device.kept = { tables: device.disk.backup(), acked: new Set(device.acked) };
      return;
    case "restore":
      if (device.kept) await putDisk(world, device, { ...device.kept, seen: action.seen });
      return;
    case "clone": {
      const copy = world.addDevice(device.key, device);
      if (copy) world.start(copy);
      if (copy) world.thefts.push({ key: device.key.did, last: newestOf(device) });
      return;
    }
    case "rot":
      return rot(world, device, action.s);
    case "replace":
      await putDisk(world, device, { tables: emptyTables(), acked: new Set(), seen: true });
      await world.join(device);
  }
}

/** Another disk under a device: what was reported on the old one is forgotten by all. */
async function putDisk(world: World, device: Device, disk: NonNullable<Device["kept"]> & { readonly seen: boolean }): Promise<void> {
  if (device.replica) world.died(device);
  device.disk.mend();
  device.disk.restore(disk.tables);
  device.acked = new Set(disk.acked);
  device.rotten = false;
  world.start(device);
  device.unproven = disk.seen;
  // As `checkRestored` does for a home that can tell; one that can't goes on, and forks its key.
  await device.replica?.store.write((tx) => tx.setLocal("unproven", disk.seen ? "restored or copied" : null));
}

export function restart(world: World, device: Device): void {
  if (device.replica) return;
  checkNothingLost(world, device);
  world.start(device);
}

/** A new, empty disk for one whose words changed, so that what it said before counts no more. */
export async function replaceRotten(world: World, device: Device): Promise<void> {
  if (device.rotten) await changeDisk(world, device, { do: "replace", node: device.index });
}

function writeSome(world: World, device: Device, s: number): void {
  if (world.written.size === 0 || device.disk.tables.ops.size === 0) return;
  const random = seededRandom(s);
  const [picture, knowledge] = [pictureOf(world, random), knowledgeOf(device, device.key)];
  const count = random.once(3) ? 2 + random.below(3) : 1;
  const drafts: PlainDraft[] = Array.from({ length: count }, () => markedDraft(picture, knowledge, random));
  world.write(device, world.writer(device, device.key, s), drafts);
}

function writeControl(world: World, device: Device, { s, root }: { readonly s: number; readonly root: boolean }): void {
  if (device.disk.tables.ops.size === 0) return;
  const random = seededRandom(s);
  const key = root ? world.root : device.key;
  const draft = controlDraft(pictureOf(world, random), knowledgeOf(device, key));
  world.write(device, world.writer(device, key, s), [draft]);
}

/** Root, at this device, removes a key that was copied; what it wrote until then still counts, as far as it is known here. */
function expel(world: World, device: Device, s: number): void {
  if (world.thefts.length === 0 || device.disk.tables.ops.size === 0) return;
  const { key, last } = seededRandom(s).pick(world.thefts);
  const known = last !== null && device.disk.tables.ops.has(last) ? last : null;
  const removal = { type: "device_remove", payload: { key, last: known } };
  world.write(
    device,
    world.writer(device, world.root, s),
    [removal],
    ([id]) => id && world.expelled.push({ key, last: known, removal: id }),
  );
}

/** The newest that this device's key wrote, as this device knows. */
function newestOf({ key, disk }: Device): OpId | null {
  const own = [...disk.tables.chains.values()].filter(({ author }) => author === key.did);
  return own.sort((left, right) => left.tipLamport - right.tipLamport).at(-1)?.tip ?? null;
}

const hourMs = 3_600_000;

/** Terms of every kind; who is granted hears of it at once, and of all devices that may serve it. */
export function grant(world: World, device: Device, s: number): void {
  const { guest } = world;
  if (guest === null || device.disk.tables.ops.size === 0) return;
  const random = seededRandom(s);
  const writer = world.writer(device, device.key, s);
  const selector = {
    predicates: random.pick([["*"], ["place.*"], ["preference.likes"], ["*.home", "odd.*"]]),
    ...(random.once(3) ? { subjects: ["self"] } : {}),
    ...(random.once(4) ? { min_confidence: 0.8 } : {}),
  };
  const times = { expires_at: writer.clock() + random.pick([1, 48, 720]) * hourMs, refresh_ms: random.pick([1, 24]) * hourMs };
  const terms = { grantee: guest.key.did, selector, purpose: "training", ...times };
  const servers = random.shuffled(world.devices.filter(({ replica }) => replica !== null));
  world.write(device, writer, [{ type: "cap_grant", payload: terms }], ([id]) => id && guest.accept(id, terms, servers));
}

function revoke(world: World, device: Device, { s, root }: { readonly s: number; readonly root: boolean }): void {
  const grants = [...(world.guest?.granted.keys() ?? [])].filter((id) => device.disk.tables.ops.has(id));
  if (grants.length === 0) return;
  const draft = { type: "cap_revoke", payload: { grant: seededRandom(s).pick(grants) } };
  world.write(device, world.writer(device, root ? world.root : device.key, s), [draft]);
}
