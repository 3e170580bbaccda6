/**
 * A PostgreSQL that archives its write-ahead log, a base backup of it, and what is restored from both to a named time: as
 * docs/operate.md tells an operator to do it, with the tools of the machine where they are, without them by the same calls.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { place } from "../machine.ts";
import { addressIn, binaries, onServer, runAs } from "../store/postgres-server.ts";

const role = "fablepool_test";

export class ArchivedServer {
  readonly folder: string;
  readonly #binaries: string;
  readonly #as = runAs();
  #keeper: ChildProcess | null = null;
  readonly #running = new Set<ChildProcess>();

  static async start(): Promise<ArchivedServer> {
    const server = new ArchivedServer(mkdtempSync(join(place(), "fablepool-archived-")));
    try {
      server.#keep();
      for (const name of ["archive", "first", "second"]) server.#ownFolder(join(server.folder, name));
      server.#run(
        "initdb",
        "-D",
        join(server.folder, "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        "--wal-segsize=1",
      );
      await server.#start("first", ["-c", "archive_mode=on", "-c", `archive_command=cp %p ${join(server.folder, "archive")}/%f`]);
      await onServer(server.address("first", "postgres", "postgres"), `CREATE ROLE ${role} LOGIN`, `CREATE DATABASE hub OWNER ${role}`);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.#own(folder);
    this.#binaries = dirname(binaries(folder));
  }

  /** Of the server as it was first, or as it was restored; `now` is whichever runs. */
  address(which: "first" | "second" | "now", database = "hub", as = role): string {
    return addressIn(join(this.folder, which), database, as);
  }

  async backUp(): Promise<void> {
    const target = join(this.folder, "backup");
    if (existsSync(join(this.#binaries, "pg_basebackup"))) {
      this.#run("pg_basebackup", "-d", this.address("first", "postgres", "postgres"), "-D", target, "--checkpoint=fast", "-X", "none");
      return;
    }
    const url = this.address("first", "postgres", "postgres");
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("SELECT pg_backup_start('copied', true)");
    cpSync(join(this.folder, "data"), target, {
      recursive: true,
      filter: (from) => !/\/(postmaster\.\w+|pg_wal\/\w{24}|pg_replslot\/.+)$/.test(from),
    });
    const { rows } = await client.query("SELECT labelfile FROM pg_backup_stop(false)");
    writeFileSync(join(target, "backup_label"), (rows[0] as { labelfile: string }).labelfile);
    await client.end();
    for (const name of readdirSync(target, { recursive: true, encoding: "utf8" })) this.#own(join(target, name));
    this.#own(target);
  }

  /** The server's own time, between what was committed before and what will be. */
  async now(): Promise<string> {
    const [row] = await onServer(this.address("first"), "SELECT clock_timestamp()::text AS now, pg_sleep(0.01)");
    return (row as { now: string }).now;
  }

  /** Ends the first server for good, once all that it wrote is archived, and starts the backup as it was at `time`. */
  async restore(time: string): Promise<void> {
    const first = this.address("first", "postgres", "postgres");
    const [row] = await onServer(first, "SELECT pg_walfile_name(pg_switch_wal()) AS last");
    const { last } = row as { last: string };
    const archived = "SELECT last_archived_wal FROM pg_stat_archiver"; // its file is there before it is whole
    while (String((await onServer(first, archived))[0]?.["last_archived_wal"] ?? "") < last) await sleep(20);
    await this.#end();
    const settings = [
      `restore_command = 'cp ${join(this.folder, "archive")}/%f %p'`,
      `recovery_target_time = '${time}'`,
      "recovery_target_action = 'promote'",
    ];
    const data = join(this.folder, "data");
    renameSync(data, join(this.folder, "lost"));
    renameSync(join(this.folder, "backup"), data);
    writeFileSync(join(data, "postgresql.auto.conf"), `${settings.join("\n")}\n`);
    writeFileSync(join(data, "recovery.signal"), "");
    this.#own(join(data, "recovery.signal"));
    await this.#start("second", []);
    const second = this.address("second", "postgres", "postgres");
    while ((await onServer(second, "SELECT pg_is_in_recovery() AS is"))[0]?.["is"] !== false) await sleep(20);
  }

  async stop(): Promise<void> {
    await this.#end();
    const gone = once(this.#keeper as ChildProcess, "exit");
    this.#keeper?.kill("SIGTERM");
    await gone;
  }

  /** Whatever becomes of this process, neither server nor folder outlives it. */
  #keep(): void {
    const words = [join(import.meta.dirname, "../store/postgres-keeper.ts"), this.folder, String(process.pid)];
    this.#keeper = spawn(process.execPath, words, { stdio: "ignore", detached: true });
    this.#keeper.unref();
  }

  /** At once, as if its machine had failed. */
  async #end(): Promise<void> {
    for (const child of this.#running) {
      const gone = once(child, "exit");
      if (child.exitCode === null) child.kill("SIGQUIT");
      await gone;
      this.#running.delete(child);
    }
  }

  async #start(socket: "first" | "second", settings: readonly string[]): Promise<void> {
    const common = ["listen_addresses=", `unix_socket_directories=${join(this.folder, socket)}`, "port=5432", "shared_buffers=16MB"];
    const child = spawn(
      join(this.#binaries, "postgres"),
      ["-D", join(this.folder, "data"), ...common.flatMap((each) => ["-c", each]), ...settings],
      { ...this.#as, cwd: this.folder, stdio: "ignore" },
    );
    this.#running.add(child);
    rmSync(join(this.folder, "now"), { force: true });
    symlinkSync(socket, join(this.folder, "now"));
    const url = this.address(socket, "postgres", "postgres");
    for (let tries = 0; ; tries++) {
      try {
        await onServer(url, "SELECT 1");
        return;
      } catch (error) {
        if (tries > 3_000 || child.exitCode !== null) throw error;
        await sleep(20);
      }
    }
  }

  #run(tool: string, ...words: readonly string[]): void {
    execFileSync(join(this.#binaries, tool), words, { ...this.#as, cwd: this.folder, stdio: ["ignore", "ignore", "inherit"] });
  }

  #ownFolder(path: string): void {
    mkdirSync(path, { mode: 0o700 });
    this.#own(path);
  }

  #own(path: string): void {
    if (this.#as.uid !== undefined && this.#as.gid !== undefined) chownSync(path, this.#as.uid, this.#as.gid);
  }
}
