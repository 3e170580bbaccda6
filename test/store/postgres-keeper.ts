/**
 * Ends a test's PostgreSQL server and removes its folder, once the process that it is for is no more, also when that was
 * killed; or at once on SIGTERM. `node postgres-keeper.ts <folder> <process number>`.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [folder = "", number = ""] = process.argv.slice(2);
let told = false;
process.on("SIGTERM", () => {
  told = true;
});

function send(pid: () => number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid(), signal);
  } catch {
    return false; // it is gone, or never was
  }
}

while (!told && send(() => Number(number), 0)) await sleep(50);
const master = () => Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
send(master, "SIGQUIT");
for (let tries = 0; tries < 500 && send(master, 0); tries++) await sleep(20);
send(master, "SIGKILL");
for (const path of [folder, `${folder}.ready`, `${folder}.failed`]) rmSync(path, { recursive: true, force: true });
