/** A hub's processes on a PostgreSQL server of their own, and devices in others, for benchmarks; and what each costs in processor time. */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeHubSecret, migrateHub } from "../../src/hub/index.ts";
import { PostgresServer, type TestDatabase } from "../../test/store/postgres-server.ts";
import type { Place } from "./hosted.ts";

export type Answer = Readonly<Record<string, number | string>>;

export class Child {
  readonly #process: ChildProcess;
  #asked: Promise<unknown> = Promise.resolve();

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Resolves when it is ready. */
  static async start(values: readonly string[], options: readonly string[] = []): Promise<Child> {
    const child = new Child(fork(join(import.meta.dirname, "hub-step.ts"), values, { execArgv: [...options] }));
    await child.#told();
    return child;
  }

  /** One question after the other. */
  ask(message: object): Promise<Answer> {
    const answer = this.#asked.then(() => {
      const told = this.#told();
      this.#process.send(message);
      return told;
    });
    this.#asked = answer.catch(() => undefined);
    return answer;
  }

  #told(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`a process ended with code ${code}`));
      this.#process.once("exit", ended);
      this.#process.once("message", (message) => {
        this.#process.off("exit", ended);
        resolve(message as Answer);
      });
    });
  }

  /** Processor time so far, ms. */
  spent(): number {
    return spentBy(this.#process.pid as number);
  }

  end(): void {
    this.#process.disconnect();
  }
}

/** Processor time of a process, or of it and of all its children, those that ended among them, ms; 0 for one that is gone. */
function spentBy(pid: number, withChildren = false): number {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return 0;
  const fields = readFileSync(file, "utf8").split(") ")[1]?.split(" ") ?? [];
  const own = [11, 12, ...(withChildren ? [13, 14] : [])].reduce((sum, at) => sum + Number(fields[at]), 0) * 10;
  if (!withChildren) return own;
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .split("\n")
    .map(Number)
    .filter(Boolean);
  return children.reduce((sum, child) => sum + spentBy(child), own);
}

export class HubRun {
  readonly server: PostgresServer;
  readonly database: TestDatabase;
  readonly hubs: readonly Child[];
  readonly #folder: string;

  private constructor(server: PostgresServer, database: TestDatabase, hubs: readonly Child[], folder: string) {
    this.server = server;
    this.database = database;
    this.hubs = hubs;
    this.#folder = folder;
  }

  /** `options` are Node's for the hub's processes, which tell one another over `nats` where there is one. */
  static async start(count: number, options: readonly string[], nats?: string): Promise<HubRun> {
    const folder = mkdtempSync(join(tmpdir(), "fablepool-bench-hub-"));
    const server = await PostgresServer.start(mkdtempSync(join(tmpdir(), "fablepool-bench-postgres-")));
    const database = await server.database("hub");
    const secret = join(folder, "secret");
    makeHubSecret(secret, (length) => new Uint8Array(randomBytes(length)));
    await migrateHub(database.url);
    const hubs = await Promise.all(
      Array.from({ length: count }, () => Child.start(["hub", database.url, secret, ...(nats ? [nats] : [])], options)),
    );
    return new HubRun(server, database, hubs, folder);
  }

  /** Where the next pool is to go: one process after the other. */
  async place(at: number): Promise<Place> {
    return (await (this.hubs[at % this.hubs.length] as Child).ask({ do: "invite" })) as unknown as Place;
  }

  async device(at: number, size: number): Promise<Child> {
    return Child.start(["device", JSON.stringify(await this.place(at)), String(size)]);
  }

  /** Processor time of the hub's processes and of PostgreSQL, ms. */
  spent(): { hub: number; postgres: number } {
    return { hub: this.hubs.reduce((sum, hub) => sum + hub.spent(), 0), postgres: spentBy(this.server.process, true) };
  }

  async end(): Promise<void> {
    for (const hub of this.hubs) hub.end();
    await this.server.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
