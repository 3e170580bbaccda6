/** The machine that tests run on, as far as it matters to programs that they need and that may have to be installed first. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  isProgram(path: string): boolean;
  /** Runs a program to its end; the last line that it printed, and whether it succeeded. */
  run(program: string, args: readonly string[]): { readonly ok: boolean; readonly said: string };
  tell(line: string): void;
}

/** Where programs of these names would be, in the folders of the PATH. */
export function onPath(machine: Machine, names: readonly string[]): string[] {
  const suffix = machine.platform === "win32" ? ".exe" : "";
  const folders = (machine.env["PATH"] ?? machine.env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((name) => join(folder, name + suffix)));
}

/** Installs a package of Debian. What failed, in words; null when it is not this machine's way, or went well. */
export function installByApt(machine: Machine, name: string, what: string): string | null {
  if (machine.platform !== "linux" || !machine.isRoot || !machine.isProgram("/usr/bin/apt-get")) return null;
  machine.tell(`installing ${what} (apt-get install ${name}), once …`);
  const wait = ["-o", "DPkg::Lock::Timeout=300"]; // test files that run side by side may all find none
  const install = () => machine.run("apt-get", [...wait, "install", "-y", "--no-install-recommends", name]);
  if (install().ok) return null;
  machine.run("apt-get", [...wait, "update"]);
  const again = install();
  return again.ok ? null : `apt-get: ${again.said}`;
}

/**
 * Where tests keep what they write: in memory where there is room for it and programs may run there. What a killed process or server leaves is
 * the same there; each commit on a disk waits for that disk, and one that others are busy with takes seconds.
 */
export function place(memory = "/dev/shm"): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize > 2 ** 32 && runsPrograms(memory)) return memory;
  } catch {
    // another system, or not ours to write to
  }
  return tmpdir();
}

/** Containers often allow no programs there. */
function runsPrograms(folder: string): boolean {
  const own = mkdtempSync(join(folder, "fablepool-tried-"));
  try {
    const program = join(own, "program");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o700 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

export const thisMachine: Machine = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  env: process.env,
  isProgram(path) {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
  run(program, args) {
    const done = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    const said = `${done.stdout ?? ""}\n${done.stderr ?? ""}`.trim().split("\n").at(-1) ?? "";
    return { ok: done.status === 0, said: done.error?.message ?? said };
  },
  tell: (line) => process.stderr.write(`${line}\n`),
};
