/**
 * A real nats-server for tests: the one on the PATH or under /usr/sbin, the one that FABLEPOOL_NATS_SERVER names, else Debian's,
 * installed now; else one clear line. It listens on loopback, and dies with the process that started it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installByApt, type Machine, onPath, thisMachine } from "../machine.ts";

/** The path of a nats-server; throws one line that says what to do when there is none and none can be had. */
export function findNatsServer(machine: Machine = thisMachine): string {
  const present = presentNatsServer(machine);
  if (present !== null) return present;
  const failure = installByApt(machine, "nats-server", "nats-server for the hub's tests");
  const installed = presentNatsServer(machine);
  if (installed !== null) return installed;
  const tried = failure === null ? "" : ` (tried to install it: ${failure})`;
  throw new Error(`the hub's tests need nats-server: install it, or name it in FABLEPOOL_NATS_SERVER${tried}`);
}

/** Null when there is none yet. */
export function presentNatsServer(machine: Machine = thisMachine): string | null {
  const named = machine.env["FABLEPOOL_NATS_SERVER"];
  if (named !== undefined && named !== "") {
    if (machine.isProgram(named)) return named;
    throw new Error(`FABLEPOOL_NATS_SERVER names ${named}, which is no program`);
  }
  return [...onPath(machine, ["nats-server"]), "/usr/sbin/nats-server"].find((path) => machine.isProgram(path)) ?? null;
}

export class NatsServer {
  readonly #folder: string;
  readonly #port: number;
  readonly #settings: string;
  #child: ChildProcess;

  private constructor(folder: string, port: number, settings: string, child: ChildProcess) {
    [this.#folder, this.#port, this.#settings, this.#child] = [folder, port, settings, child];
  }

  /** Starts one on a free port, with these lines in its configuration. */
  static async start(settings = ""): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), "fablepool-nats-"));
    const child = run(folder, -1, settings);
    const port = await portOf(folder, child);
    return new NatsServer(folder, port, settings, child);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** By SIGKILL. */
  async kill(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** It holds its connections, and says nothing any more. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  /** Starts it again where it was. */
  async restart(): Promise<void> {
    this.#child = run(this.#folder, this.#port, this.#settings);
    await answers(this.#port, this.#child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function run(folder: string, port: number, settings: string): ChildProcess {
  const file = join(folder, "nats.conf");
  writeFileSync(file, `listen: "127.0.0.1:${port}"\nports_file_dir: ${JSON.stringify(folder)}\n${settings}\n`, { mode: 0o600 });
  const server = findNatsServer();
  const keeper = "/usr/bin/setpriv"; // with it the server dies when the process that is tested does, however that ends
  const [program, args] = thisMachine.isProgram(keeper) ? [keeper, ["--pdeathsig", "KILL", server]] : [server, []];
  return spawn(program, [...args, "-c", file, "-l", join(folder, "log")], { stdio: "ignore" });
}

async function portOf(folder: string, child: ChildProcess): Promise<number> {
  for (;;) {
    const file = readdirSync(folder).find((name) => name.endsWith(".ports"));
    const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
    const port = /"nats":\s*\[\s*"\w+:\/\/[^"]*:(\d+)"/.exec(text)?.[1];
    if (port !== undefined) return Number(port);
    if (child.exitCode !== null) throw new Error(`nats-server ended: ${readFileSync(join(folder, "log"), "utf8")}`);
    await sleep(10);
  }
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const spoke = await Promise.race([once(socket, "data").then(() => true), once(socket, "close").then(() => false)]).catch(() => false);
    socket.destroy();
    if (spoke) return;
    if (child.exitCode !== null) throw new Error("nats-server ended");
    await sleep(10);
  }
}
