/** A delegate in the simulation: a key that is no device, what it was granted, and what it holds of it, in files of its own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PoolError } from "../src/core/errors.ts";
import type { OpId } from "../src/core/op/operation.ts";
import type { JsonObject } from "../src/core/ports.ts";
import { acceptGrant } from "../src/node/delegate/accept.ts";
import { type Delegate, openDelegate } from "../src/node/delegate/open-delegate.ts";
import { type Connect, heldSlice, pullGrant } from "../src/node/delegate/pull.ts";
import { sendReceipts } from "../src/node/delegate/receipts.ts";
import { homeAt, makeHome } from "../src/node/home.ts";
import { writeKeyFile } from "../src/node/key-file.ts";
import { type FixedKey, fixedKey } from "../src/testkit/fixed-keys.ts";
import { seededRandom } from "../src/testkit/seeded-random.ts";
import { checkPulled, checkSlice, checkTakenBack } from "./checks/delegate.ts";
import type { Device } from "./device.ts";
import { type World, worldMs } from "./world.ts";

/** Where it is in the network: no device is there. */
const place = 20;

/** What the simulation remembers of a grant, beside what the delegate does. */
export interface Granted {
  readonly terms: JsonObject;
  /** By the delegate's clock, when it last took a slice; null when it was told of the end since, or never took one. */
  takenAt: number | null;
}

export class Guest {
  readonly key: FixedKey;
  readonly granted = new Map<OpId, Granted>();
  readonly #folder: string;
  readonly #world: World;
  #delegate: Delegate | null = null;
  /** Time that passed for it alone, ms. */
  #later = 0;
  /** What it is waiting for: grants that it pulls, and receipts. */
  readonly #busy = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.key = fixedKey(world.crypto, "coach");
    this.#folder = mkdtempSync(join(tmpdir(), "fablepool-sim-"));
  }

  readonly clock = () => worldMs(this.#world) + this.#later;

  async open(): Promise<void> {
    const home = homeAt(this.#folder);
    makeHome(home);
    await writeKeyFile(home.deviceKey, { did: this.key.did, seed: this.key.seed }, null);
    const platform = { clock: this.clock, random: seededRandom(1).bytes };
    this.#delegate = this.#world.build.delegate(await openDelegate(home, async () => "", { platform }));
  }

  close(): void {
    this.#delegate?.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Told of a grant that a device wrote, and of who serves it. */
  async accept(grant: OpId, terms: JsonObject, servers: readonly Device[]): Promise<void> {
    this.granted.set(grant, { terms, takenAt: null });
    for (const { index, key } of servers) await acceptGrant(this.#open(), grant, { url: String(index), node: key.did });
  }

  /** Pulls one of its grants, without being waited for: of the devices that serve it, the first that answers. */
  pull(s: number): void {
    const grants = [...this.granted.keys()];
    if (grants.length === 0) return;
    this.#pull(seededRandom(s).pick(grants));
  }

  #pull(grant: OpId): void {
    if (this.#busy.has(grant)) return;
    this.#busy.add(grant);
    this.#world.trace.step("pull", grant);
    pullGrant(this.#open(), grant, this.#connect)
      .then(
        (pulled) => {
          this.#world.trace.step("pulled", JSON.stringify(pulled));
          (this.granted.get(grant) as Granted).takenAt = pulled.ended === null ? this.clock() : null;
          checkPulled(this.#world, pulled);
        },
        (error) => this.#failed("pull", error),
      )
      .finally(() => this.#busy.delete(grant))
      .then(() => this.look());
  }

  /** Over a network that works, with devices that all know the same: what was taken back is gone after one pull. */
  async finish(): Promise<void> {
    for (const grant of this.granted.keys()) {
      this.#pull(grant);
      await this.#world.settle();
      const { attestations } = await heldSlice(this.#open(), grant);
      checkTakenBack(this.#world, grant, attestations.length);
    }
  }

  sendReceipts(): void {
    if (this.#busy.has("receipts")) return;
    this.#busy.add("receipts");
    sendReceipts(this.#open(), this.#connect)
      .then(
        (sent) => this.#world.trace.step("receipts", JSON.stringify(sent)),
        (error) => this.#failed("receipts", error),
      )
      .finally(() => this.#busy.delete("receipts"));
  }

  /** Its time passes, and it looks at what it holds. */
  async wait(ms: number): Promise<void> {
    this.#later += ms;
    await this.look();
  }

  /** What it holds is looked at, as somebody would who uses it, and then at its files; not of what it is just pulling. */
  async look(): Promise<void> {
    for (const [grant, granted] of this.granted) {
      if (this.#busy.has(grant)) continue;
      const { attestations } = await heldSlice(this.#open(), grant);
      checkSlice(this.#world, this, { grant, granted, attestations, files: this.#files(grant) });
    }
  }

  #files(grant: OpId): string {
    const folder = join(this.#folder, "delegate");
    const names = readdirSync(folder).filter((name) => name.includes(grant.slice(3)));
    return names.map((name) => readFileSync(join(folder, name), "latin1")).join("");
  }

  readonly #connect: Connect = ({ url }) => this.#world.network.connect(place, Number(url), this.key.did);

  #open(): Delegate {
    if (this.#delegate === null) throw new RangeError("the delegate is not open");
    return this.#delegate;
  }

  #failed(what: string, error: unknown): void {
    this.#world.trace.step(`failed ${what}`, String(error));
    const code = error instanceof PoolError ? error.code : "";
    if (code !== "peer" && code !== "network") this.#world.find("errors", `the delegate's ${what} failed with ${error}`);
  }
}
