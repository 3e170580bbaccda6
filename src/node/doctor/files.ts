/** The folder: who may read it, what lies in it that does not belong there, and room on the disk. */
import { accessSync, chmodSync, constants, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { limits } from "../../core/limits.ts";
import { type Home, readSettings } from "../home.ts";
import { isAlive } from "../sealed-file.ts";
import { systemWords } from "../system-error.ts";
import { advice, type Finding, fine, wrong } from "./finding.ts";

export function examineFiles(home: Home): Finding[] {
  return [...modes(home), writable(home), ...leftovers(home), ...oddFiles(home), settings(home), room(home)];
}

function modes(home: Home): Finding[] {
  if (process.platform === "win32") return [];
  const open = [home.folder, ...filesOf(home)].filter((path) => (statSync(path).mode & 0o077) !== 0);
  if (open.length === 0) return [fine("permissions", "nobody else can read this home")];
  return open.map((path) => {
    const mode = path === home.folder ? "700" : "600";
    const isKey = path === home.deviceKey || path === home.rootKey || path === home.nextKey;
    const todo = `chmod ${mode} ${path}${isKey ? ", and `fablepool key rotate` if somebody may have read it" : ""}`;
    const mend = () => chmodSync(path, Number.parseInt(mode, 8));
    return { ...wrong("permissions", `${path} can be read by others`, todo), mend };
  });
}

function filesOf(home: Home): string[] {
  return readdirSync(home.folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(home.folder, name));
}

function writable(home: Home): Finding {
  try {
    for (const path of [home.folder, ...filesOf(home)]) accessSync(path, constants.W_OK);
    return fine("writable", "this home can be written to");
  } catch (error) {
    return wrong(
      "writable",
      `this home can't be written to: ${systemWords(error)}`,
      "make it writable for you: nothing can be said or synced here",
    );
  }
}

/** What a process that was killed left behind: `<file>.<pid>.new`, and copies of the store. */
function leftovers(home: Home): Finding[] {
  const store = basename(home.store);
  const left = readdirSync(home.folder).filter((name) => {
    const pid = /\.(\d+)\.new$/.exec(name)?.[1];
    return pid !== undefined ? !isAlive(Number(pid)) : asideNames.some((aside) => name.startsWith(`${store}.${aside}`));
  });
  if (left.length === 0) return [];
  const mend = () => {
    for (const name of left) rmSync(join(home.folder, name), { force: true });
  };
  return [{ ...advice("leftovers", `a process that was killed left ${left.join(", ")}`, "`--mend` takes it away"), mend }];
}

const asideNames = ["verify", "as-of", "source"] as const;

function oddFiles(home: Home): Finding[] {
  const { folder: _folder, ...paths } = home;
  const known = new Set(Object.values(paths).map((path) => basename(path)));
  for (const end of ["-wal", "-shm", "-journal"]) known.add(basename(home.store) + end);
  known.add("delegate");
  const odd = readdirSync(home.folder).filter(
    (name) => !known.has(name) && !name.endsWith(".new") && !name.startsWith(`${basename(home.store)}.`),
  );
  if (odd.length === 0) return [fine("files", "every file here is fablepool's")];
  return [
    advice(
      "files",
      `${odd.slice(0, 5).join(", ")} ${odd.length === 1 ? "is" : "are"} not fablepool's`,
      "take it elsewhere, if it is yours: backups leave it out",
    ),
  ];
}

function settings(home: Home): Finding {
  try {
    readSettings(home);
    return fine("settings", "the settings can be read");
  } catch (error) {
    return wrong("settings", systemWords(error), `put ${home.settings} right, or remove it: only names and addresses are lost`);
  }
}

function room(home: Home): Finding {
  const { bavail, bsize } = statfsSync(home.folder);
  const free = bavail * bsize;
  const text = `${Math.round(free / 1_048_576).toLocaleString("en")} MiB are free on its disk`;
  if (free < limits.diskFreeBytes)
    return wrong("disk", text, "make room: writes fail when the disk is full, and nothing that was said is lost");
  return fine("disk", text);
}
