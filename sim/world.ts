/** The simulated world: devices on their disks, one network between them, and what was seen of it from outside. */

import type { Did } from "../src/core/crypto/did-key.ts";
import { PoolError } from "../src/core/errors.ts";
import type { Draft } from "../src/core/op/create.ts";
import type { Envelope, OpId } from "../src/core/op/operation.ts";
import type { Crypto, Json } from "../src/core/ports.ts";
import type { SyncReport } from "../src/core/sync/report.ts";
import { foundPool } from "../src/node/found-pool.ts";
import { indexArrivals } from "../src/node/search-arrivals.ts";
import { syncWith } from "../src/node/sync-client.ts";
import { type Writer, writeDrafts } from "../src/node/write.ts";
import { type FixedKey, fixedKey } from "../src/testkit/fixed-keys.ts";
import { seededRandom } from "../src/testkit/seeded-random.ts";
import type { Build } from "./build.ts";
import { checkHeard, controlsIn, DeviceViews } from "./checks/heard.ts";
import type { Device } from "./device.ts";
import type { Diary } from "./diary.ts";
import { Disk } from "./disk.ts";
import type { Guest } from "./guest.ts";
import { Network } from "./network.ts";
import type { Trace } from "./trace.ts";

/** Keys of the devices at the start; the others are added by someone, or never. */
export const deviceNames = ["phone", "laptop", "tablet", "desk", "watch"] as const;
const otherNames = ["importer", "agent", "mirror", "thief"] as const;
const devicesMax = 8;
const startMs = 1_790_000_000_000;

/** The true time: a second a step. */
export function worldMs({ trace }: Pick<World, "trace">): number {
  return startMs + trace.steps * 1_000;
}

export interface Finding {
  /** The check that failed, by its file's name. */
  readonly check: string;
  readonly what: string;
}

export class World {
  readonly build: Build;
  readonly crypto: Crypto;
  readonly trace: Trace;
  readonly network: Network;
  readonly devices: Device[] = [];
  readonly root: FixedKey;
  readonly keys: readonly FixedKey[];
  readonly findings: Finding[] = [];
  /** Every operation that some device ever admitted, with its payload when any copy had one. */
  readonly written = new Map<OpId, Envelope>();
  /** What the hostile sent, by the id it claimed. */
  readonly sent = new Map<string, Json>();
  readonly views = new DeviceViews();
  pool: OpId | null = null;
  /** The delegate, when there is one. */
  guest: Guest | null = null;

  /** Where it is written down what the disks are asked; null when nobody wants to know. */
  readonly diary: Diary | null;

  constructor(build: Build, crypto: Crypto, trace: Trace, diary: Diary | null = null) {
    this.diary = diary;
    this.build = build;
    this.crypto = crypto;
    this.trace = trace;
    this.keys = ["root", ...deviceNames, ...otherNames].map((name) => fixedKey(crypto, name));
    this.root = this.keys[0] as FixedKey;
    this.network = new Network(trace, {
      handlerOf: (node) => this.#handlerOf(node),
      arrived: (node) => controlsIn((this.devices[node] as Device).disk.tables).join(" "),
      replied: (node, exchange) => checkHeard(this, this.devices[node] as Device, exchange),
      threw: (node, error) => this.find("errors", `the server of device ${node} threw ${error}`),
    });
  }

  find(check: string, what: string): void {
    this.trace.step(`violation of ${check}`, what);
    this.findings.push({ check, what });
  }

  device(index: number): Device | undefined {
    return this.devices[index];
  }

  /** Keys that were copied with their disk, and the last operation that was surely their owner's. */
  readonly thefts: { readonly key: Did; readonly last: OpId | null }[] = [];
  /** Those of them that root removed since, and the removal: a disk that is put back or replaced may lose it again. */
  readonly expelled: { readonly key: Did; readonly last: OpId | null; readonly removal: OpId }[] = [];

  /** A device with an empty disk, or a copy of another's; null when there are enough. */
  addDevice(key: FixedKey, from?: Device): Device | null {
    const index = this.devices.length;
    if (index >= devicesMax) return null;
    const events = {
      committed: () => this.trace.step(`commit ${index}`),
      died: () => this.died(device),
    };
    const disk = new Disk(events, this.diary && { diary: this.diary, disk: index });
    const device: Device = {
      index,
      key,
      disk,
      replica: null,
      clockOff: from?.clockOff ?? 0,
      acked: new Set(from?.acked),
      kept: null,
      rotten: from?.rotten ?? false,
      unproven: from?.unproven ?? false,
      syncing: new Set(),
    };
    if (from) disk.restore(from.disk.backup());
    this.devices.push(device);
    return device;
  }

  start(device: Device): void {
    if (device.replica) return;
    this.trace.step(`start ${device.index}`);
    // A sync may have ended on the disk, and its process died before it could say so.
    device.unproven &&= device.disk.tables.local.has("unproven");
    const store = this.build.store(device.disk.open(), device.disk);
    const replica = this.build.replica(store, this.build.crypto(this.crypto));
    device.replica = replica;
    replica.onChange(({ accepted }) => this.acknowledge(device, accepted));
  }

  died(device: Device): void {
    this.trace.step(`died ${device.index}`);
    device.disk.kill();
    device.replica = null;
    device.syncing.clear();
    this.network.died(device.index);
    this.build.crashed(device.disk);
  }

  /** A device said that it holds these. */
  acknowledge(device: Device, ids: readonly OpId[]): void {
    for (const id of ids) {
      device.acked.add(id);
      const envelope = device.disk.tables.ops.get(id)?.envelope;
      const known = this.written.get(id);
      if (envelope && (known === undefined || known.payload === undefined)) this.written.set(id, envelope);
    }
  }

  writer(device: Device, key: FixedKey, s: number): Writer {
    const random = seededRandom(s);
    const clock = () => Math.max(0, worldMs(this) + device.clockOff);
    return { did: key.did, seed: key.seed, clock, random: random.bytes };
  }

  /** Writes as a key on a device, without waiting for it. */
  write(device: Device, writer: Writer, drafts: readonly Draft[], done?: (ids: readonly OpId[]) => unknown): void {
    const { replica } = device;
    if (replica === null) return;
    const { unproven } = device;
    writeDrafts(replica, writer, drafts).then(
      (ids) => {
        this.trace.step(`wrote ${device.index}`, ids.join(" "));
        if (unproven) this.find("proven", `device ${device.index} wrote before it knew that its store is its newest`);
        this.acknowledge(device, ids);
        return done?.(ids);
      },
      (error) => this.#failed(`write ${device.index}`, error, ["role", "stale", "storage"]),
    );
  }

  /** Begins a sync, without waiting for it. Its report, when it ends well, goes to `done`. */
  sync(device: Device, peer: Device, options: { key?: FixedKey; plain?: boolean }, done?: (report: SyncReport) => void): void {
    const { replica } = device;
    if (replica === null || device === peer || device.syncing.has(peer.index)) return;
    device.syncing.add(peer.index);
    this.trace.step(`sync ${device.index}>${peer.index}`);
    const key = (options.key ?? device.key).did;
    const transport = this.build.client(this.network.connect(device.index, peer.index, key));
    syncWith(replica, transport, { node: peer.key.did, ...(options.plain ? { extensions: [] } : {}) }).then(
      (report) => {
        device.syncing.delete(peer.index);
        device.unproven = false;
        if (device.disk.tables.local.has("unproven")) this.find("proven", `device ${device.index} has synced and still may not write`);
        this.trace.step(`synced ${device.index}>${peer.index}`, JSON.stringify(report));
        done?.(report);
      },
      (error) => {
        device.syncing.delete(peer.index);
        this.#failed(`sync ${device.index}>${peer.index}`, error, ["peer", "network", "storage", "unauthorized"]);
      },
    );
  }

  /** Begins to make findable what arrived, without waiting for it. */
  index(device: Device): void {
    if (device.replica === null) return;
    indexArrivals(device.replica).then(
      () => this.trace.step(`indexed ${device.index}`),
      (error) => this.#failed(`index ${device.index}`, error, ["storage"]),
    );
  }

  /** An error that has a code which people are told to expect; anything else is a finding. */
  #failed(what: string, error: unknown, codes: readonly string[]): void {
    const code = error instanceof PoolError ? error.code : "";
    this.trace.step(`failed ${what}`, String(error));
    if (!codes.includes(code)) this.find("errors", `${what} failed with ${error instanceof Error ? error.stack : error}`);
  }

  #handlerOf(node: number) {
    const device = this.devices[node];
    if (!device?.replica) return null;
    const writer = this.writer(device, device.key, this.trace.steps);
    return this.build.handler(device.replica, { did: device.key.did, writer });
  }

  /** Root founds the pool on the first device and adds the others. */
  async found(nodes: number, seed: number): Promise<void> {
    const random = seededRandom(seed);
    const keyed = (at: number) => this.keys[1 + at] as FixedKey;
    const first = this.addDevice(keyed(0)) as Device;
    this.start(first);
    if (first.replica === null) return;
    const pen = this.writer(first, this.root, random.below(2 ** 31));
    this.pool = await foundPool(first.replica, pen, { key: first.key.did, role: "full" });
    for (let at = 1; at < nodes; at++) {
      const device = this.addDevice(keyed(at % deviceNames.length)) as Device;
      const role = at > 1 && random.once(5) ? "mirror" : "full";
      this.write(first, this.writer(first, this.root, random.below(2 ** 31)), [
        { type: "device_add", payload: { key: device.key.did, role } },
      ]);
      this.start(device);
      await this.join(device);
      await idle();
      if (!random.once(4)) this.sync(device, first, {});
      await this.settle();
    }
  }

  /** Tells a device with an empty disk which pool it belongs to. */
  async join(device: Device): Promise<void> {
    const { pool } = this;
    if (pool) await device.replica?.store.write((tx) => tx.setPool(pool));
  }

  /** Everything under way arrives, and what that sends, until nothing is. */
  async settle(): Promise<void> {
    const random = seededRandom(1);
    await idle();
    for (let left = 2_000; left > 0 && this.network.underWay > 0; left--) {
      this.network.deliver(random, "ok");
      await idle();
    }
    if (this.network.underWay > 0) this.find("convergence", "the network does not come to rest");
  }
}

/** Resolves when every promise that could go on has gone on: nothing in a simulated device waits for anything else. */
export function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
