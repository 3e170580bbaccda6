/** Real `fablepool hub serve` processes that are started again whenever they end. */
import { type Running, running } from "../../e2e/running.ts";

interface Place {
  process: Running | null;
  /** Where it listens; null while it does not. */
  port: number | null;
  starts: number;
}

export class HubProcesses {
  readonly #places: Place[];
  readonly #flags: readonly string[];
  readonly #folder: string;
  #front = "";
  #open = true;

  private constructor(folder: string, count: number, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
    this.#places = Array.from({ length: count }, () => ({ process: null, port: null, starts: 0 }));
  }

  static async start(folder: string, count: number, flags: readonly string[]): Promise<HubProcesses> {
    const all = new HubProcesses(folder, count, flags);
    await Promise.all(all.#places.map((place) => all.#run(place)));
    return all;
  }

  /** Who answers where no pool is meant. */
  get front(): string {
    return this.#front;
  }

  /** Ports of those that serve now. */
  get ports(): number[] {
    return this.#places.flatMap(({ port }) => (port === null ? [] : [port]));
  }

  get starts(): number {
    return this.#places.reduce((sum, { starts }) => sum + starts, 0);
  }

  /** By SIGKILL; it comes back by itself. */
  kill(index: number): void {
    const place = this.#places[index];
    if (place === undefined) return;
    place.port = null;
    place.process?.child.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    this.#open = false;
    await Promise.all(this.#places.map(async ({ process }) => process?.stop("SIGKILL")));
  }

  /** Resolves once it serves. */
  async #run(place: Place): Promise<void> {
    const started = running(this.#folder, "--json", "hub", "serve", "--listen", "127.0.0.1:0", ...this.#flags);
    place.process = started;
    place.starts++;
    void started.ended.then(() => {
      place.port = null;
      if (this.#open) this.#run(place).catch(() => undefined); // it ended before it served, and is run again for that
    });
    const { port, front } = JSON.parse(await started.says(/^\{"url"/)) as { port: number; front: string };
    place.port = port;
    this.#front = front;
  }
}
