/** The devices that this one syncs with, as they are shown: kept in sync, and synced with when somebody asks. */
import { type ErrorCode, PoolError } from "../../core/errors.ts";
import type { SyncReport } from "../../core/sync/report.ts";
import {
  type Admissions,
  aheadOf,
  contactWith,
  followPeers,
  hubRefusal,
  indexArrivals,
  type KnownPeer,
  knownPeers,
  type LiveState,
  type Node,
  namesOf,
  nativeCrypto,
  noteContact,
  type Peer as PlacedPeer,
  readSettings,
  syncLive,
  syncWith,
  writeSettings,
} from "../../node/index.ts";
import { openHttpTransport } from "../../transport/index.ts";
import type { Peer } from "./contract.ts";
import type { EventHub } from "./event-hub.ts";

type Shown = Omit<Peer, "name" | "last_contact" | "ahead">;

/** Why a sync failed, for people. */
const explanations: Partial<Record<ErrorCode, string>> = {
  unauthorized: "the other device does not let this one in: it has to be added there",
};

export class Peers {
  readonly #node: Node;
  readonly #admissions: Admissions;
  readonly #events: EventHub;
  readonly #onDefect: (error: unknown) => void;
  readonly #stop = new AbortController();
  /** By address. */
  readonly #shown = new Map<string, Shown>();
  readonly #running = new Set<Promise<void>>();

  constructor(node: Node, admissions: Admissions, events: EventHub, onDefect: (error: unknown) => void) {
    this.#node = node;
    this.#admissions = admissions;
    this.#events = events;
    this.#onDefect = onDefect;
  }

  /** Stays in sync with every device that this one has synced with, and with the hubs that the log names. */
  begin(): void {
    const { peers } = readSettings(this.#node.home);
    const signal = this.#stop.signal;
    this.#run(followPeers(this.#node, this.#admissions, { peers, signal, follow: (peer, stop) => this.#keep(peer, stop) }));
  }

  /**
   * Syncs with a peer now, or with all that are known; resolves at once, what comes of it is told. Rejects with `usage` when none is
   * known, or for an address that is none.
   */
  async sync(url?: string): Promise<void> {
    if (url !== undefined) checkAddress(url);
    const known = await this.#known();
    const peers = url === undefined ? known : [known.find((each) => each.url === url) ?? { url, node: null }];
    if (peers.length === 0) throw new PoolError("usage", "no device to sync with yet: give its address");
    for (const peer of peers) {
      const shown = this.#shown.get(peer.url);
      if (shown?.state !== "syncing") this.#run(this.#once(peer));
    }
  }

  async list(): Promise<Peer[]> {
    const known = await this.#known();
    const idle = known.filter(({ url }) => !this.#shown.has(url)).map((peer) => fresh(peer, "off", this.#now()));
    return Promise.all([...this.#shown.values(), ...idle].map((shown) => this.#whole(shown)));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  #known(): Promise<KnownPeer[]> {
    return knownPeers(this.#node, readSettings(this.#node.home).peers);
  }

  #now(): number {
    return this.#node.writer.clock();
  }

  #run(work: Promise<void>): void {
    const running = work.catch(this.#onDefect).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #keep({ url, node, isHub }: KnownPeer, signal: AbortSignal): Promise<void> {
    const peer = { url, node };
    this.#note(peer, { state: "waiting", why: "connecting" });
    const work = syncLive(this.#node, this.#admissions, {
      ...peer,
      waits: isHub,
      signal,
      onState: (state) => this.#live(peer, state),
      onReport: (report) => this.#reported(peer.url, report),
      onProgress: ({ pulled, pushed }) => this.#note(peer, { progress: { pulled, pushed } }),
    });
    await work.catch((error: unknown) => this.#failed(peer, error));
  }

  async #once(peer: PlacedPeer): Promise<void> {
    const { did, seed, clock, random } = this.#node.writer;
    this.#note(peer, { state: "syncing", why: "" });
    const transport = openHttpTransport({ ...peer, key: { did, seed }, crypto: nativeCrypto, clock, random });
    try {
      const report = await syncWith(this.#node.replica, transport, {
        node: peer.node,
        signal: this.#stop.signal,
        onProgress: ({ pulled, pushed }) => this.#note(peer, { progress: { pulled, pushed } }),
      });
      const isNew = peer.node === null || !readSettings(this.#node.home).peers.some(({ url }) => url === peer.url);
      await this.#reported(peer.url, report);
      await indexArrivals(this.#node.replica, this.#stop.signal);
      // From now on it is a device that this one stays in sync with.
      if (isNew) this.#run(this.#keep({ url: peer.url, node: report.peer, isHub: false }, this.#stop.signal));
      else this.#note(peer, { state: "periodic", why: "", progress: null });
    } catch (error) {
      this.#failed(peer, error);
    } finally {
      await transport.close();
    }
  }

  #live(peer: PlacedPeer, state: LiveState): void {
    if (state.is === "live") {
      this.#note({ ...peer, node: state.peer }, { state: "live", why: "", retry_at: null, progress: null });
      this.#run(noteContact(this.#node, state.peer));
    }
    if (state.is === "periodic")
      this.#note({ ...peer, node: state.peer }, { state: "periodic", why: state.why, retry_at: null, progress: null });
    if (state.is === "waiting")
      this.#note(peer, { state: "waiting", why: wordsOf(state.why), retry_at: this.#now() + state.ms, progress: null });
  }

  #failed(peer: PlacedPeer, error: unknown): void {
    if (this.#stop.signal.aborted) return;
    if (!(error instanceof PoolError)) this.#onDefect(error);
    this.#note(peer, { state: "off", why: hubRefusal(error, peer.url)?.message ?? wordsOf(error), retry_at: null, progress: null });
  }

  async #reported(url: string, report: SyncReport): Promise<void> {
    const peer = { url, node: report.peer };
    this.#remember(peer);
    await noteContact(this.#node, report.peer);
    const last_report = {
      at: this.#now(),
      pulled: report.pulled,
      pushed: report.pushed,
      rejected: report.rejected.length,
      deferred: report.deferred.length,
    };
    this.#note(peer, { last_report, progress: null });
  }

  #remember(peer: PlacedPeer): void {
    const settings = readSettings(this.#node.home);
    if (settings.peers.some(({ url, node }) => url === peer.url && node === peer.node)) return;
    writeSettings(this.#node.home, { ...settings, peers: [...settings.peers.filter(({ url }) => url !== peer.url), peer] });
  }

  #note(peer: PlacedPeer, news: Partial<Shown>): void {
    const before = this.#shown.get(peer.url) ?? fresh(peer, "off", this.#now());
    const since = news.state !== undefined && news.state !== before.state ? this.#now() : before.since;
    const shown = { ...before, node: peer.node ?? before.node, ...news, since };
    this.#shown.set(peer.url, shown);
    void this.#whole(shown).then(
      (whole) => this.#events.tell("sync", { peer: whole }),
      () => undefined, // the store is closed: there is nobody to tell any more
    );
  }

  async #whole(shown: Shown): Promise<Peer> {
    return this.#node.replica.store.read(async (reader) => {
      const contact = shown.node === null ? null : await contactWith(reader, shown.node);
      const name = shown.node === null ? "" : ((await namesOf(reader)).get(shown.node) ?? "");
      return { ...shown, name, last_contact: contact?.at ?? null, ahead: contact ? await aheadOf(reader, contact) : null };
    });
  }
}

function fresh({ url, node }: PlacedPeer, state: Peer["state"], since: number): Shown {
  return { url, node, state, why: "", since, retry_at: null, last_report: null, progress: null };
}

function wordsOf(error: unknown): string {
  if (!(error instanceof PoolError)) return "it failed by a defect of this program";
  const code = error.details["code"];
  return (typeof code === "string" ? explanations[code as ErrorCode] : undefined) ?? error.message;
}

function checkAddress(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new PoolError("usage", `${JSON.stringify(url.slice(0, 100))} is no address: it begins with http:// or https://`);
  }
}
