/** What the inspector's server has open: a home without a device, a locked one, or a device with all that goes on in it. */
import { existsSync } from "node:fs";
import { PoolError } from "../../core/errors.ts";
import {
  type AskPassphrase,
  backupKeyOf,
  type Home,
  initNode,
  type Node,
  openNode,
  phraseOf,
  readSettings,
  system,
  writeSettings,
} from "../../node/index.ts";
import type { HomeState, NewPool } from "./contract.ts";
import { EventHub } from "./event-hub.ts";
import { Imports } from "./imports.ts";
import { type OpenHome, openHome } from "./open-home.ts";
import { Pairings } from "./pairings.ts";

export interface SessionOptions {
  readonly home: Home;
  readonly version: string;
  /** A passphrase that was given beforehand; null when none was. */
  readonly ask: AskPassphrase;
  /** Sample data that can be tried; null when there is none. */
  readonly sampleFolder: string | null;
  /** Whether it stays in sync with the devices that this one synced with before. */
  readonly live: boolean;
  /** Where a device that is paired is to reach this one; every network of this machine without. */
  readonly pairingHost?: string | undefined;
  /** Called when a device was opened, with how to serve it; returns how to stop serving. */
  readonly onOpened?: (opened: OpenHome) => (() => void) | undefined;
  /** Told what failed beside a request. */
  readonly onDefect: (error: unknown) => void;
}

export class Session {
  readonly options: SessionOptions;
  readonly events = new EventHub();
  readonly imports: Imports;
  readonly pairings: Pairings;
  /** Where the device is served to its other devices; null while it is not. */
  address: string | null = null;
  #state: "none" | "locked" | "open" = "none";
  #open: OpenHome | null = null;
  /** Whom backups of the pool that was founded here are sealed for; null when this inspector has shown no words. */
  #shownRecipient: string | null = null;
  #stopServing: (() => void) | undefined;
  /** Opening and founding, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.options = options;
    this.imports = new Imports(this.events, options.onDefect);
    this.pairings = new Pairings(this.events, options.onDefect);
  }

  /** Opens what is at the home. A key that needs a passphrase that was not given leaves it locked. */
  async begin(): Promise<void> {
    if (!existsSync(this.options.home.deviceKey)) return;
    try {
      await this.#opened(await openNode(this.options.home, this.options.ask, system));
    } catch (error) {
      if (!(error instanceof PoolError) || error.code !== "passphrase") throw error;
      this.#state = "locked";
    }
  }

  async state(): Promise<HomeState> {
    if (this.#open === null) return this.#state === "locked" ? "locked" : "none";
    return (await this.#open.node.replica.store.read((reader) => reader.pool())) === null ? "waiting" : "open";
  }

  get node(): Node {
    return this.opened.node;
  }

  /** Throws `PoolError`: `home` without a device, `passphrase` while its key is locked. */
  get opened(): OpenHome {
    if (this.#open !== null) return this.#open;
    if (this.#state === "locked")
      throw new PoolError("passphrase", "the key is locked", { hint: "Give its passphrase to `POST /api/unlock`." });
    throw new PoolError("home", `there is no memory at ${this.options.home.folder} yet`, { hint: "`POST /api/pool` founds one." });
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Rejects with `passphrase` for a wrong one. */
  async unlock(passphrase: string): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#open !== null) return;
      await this.#opened(await openNode(this.options.home, async () => passphrase, system));
    });
  }

  /** Founds a pool. Rejects with `home` where there is a device already. */
  async found({ name, passphrase = null }: Omit<NewPool, "passphrase"> & { readonly passphrase?: string | null }) {
    return this.#inTurn(async () => {
      const { home } = this.options;
      const { node, pool, root, entropy } = await initNode(home, { name: name.normalize("NFC"), passphrase }, system);
      const phrase = await phraseOf(entropy);
      const { recipient } = await backupKeyOf(entropy);
      entropy.fill(0);
      writeSettings(home, { ...readSettings(home), recovery: { recipient, confirmed: false } });
      await node.write([{ type: "note", payload: { target: node.writer.did, name: name.normalize("NFC") } }]);
      await this.#opened(node);
      this.#shownRecipient = recipient;
      return { pool, root, phrase, device: node.writer.did };
    });
  }

  /**
   * Stores that a person showed that they have the words which founding showed. Only whoever was shown them can tell: nothing here keeps
   * them. Throws `usage` when this inspector founded nothing.
   */
  confirmPhrase(): { readonly confirmed: true } {
    const recipient = this.#shownRecipient;
    if (recipient === null)
      throw new PoolError("usage", "no recovery phrase was shown here", {
        hint: "`fablepool key confirm` checks the words on your paper.",
      });
    const { home } = this.options;
    writeSettings(home, { ...readSettings(home), recovery: { recipient, confirmed: true } });
    return { confirmed: true };
  }

  async #opened(node: Node): Promise<void> {
    try {
      this.#open = await openHome(node, this.events, this.options);
    } catch (error) {
      await node.close();
      throw error;
    }
    this.#state = "open";
    this.#stopServing = this.options.onOpened?.(this.#open);
    this.events.tell("state", { state: await this.state() });
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends what goes on, in the order in which one needs the other. */
  async close(): Promise<void> {
    await this.#turn;
    this.#stopServing?.();
    await this.pairings.close();
    await this.imports.close();
    this.events.close();
    await this.#open?.close();
  }
}
