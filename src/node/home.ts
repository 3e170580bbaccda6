/** The home folder: where one device keeps its key, its replica and what it remembers of its peers. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PoolError } from "../core/errors.ts";
import type { Json } from "../core/ports.ts";
import { settingsOf } from "./settings-form.ts";
import { isDiskTrouble, systemWords } from "./system-error.ts";

export interface Home {
  readonly folder: string;
  readonly deviceKey: string;
  readonly rootKey: string;
  /** A key that is to become this device's: there only while it is rotated or recovered. */
  readonly nextKey: string;
  readonly store: string;
  readonly settings: string;
  /** The newest operation this device wrote, kept beside the store: it tells a restored store from the newest (section 4). */
  readonly tip: string;
  /** What was refused to keys that asked under a grant: this node's own notes. */
  readonly attempts: string;
  /** A folder: keys and records of assistants. */
  readonly assistants: string;
  /** A folder: files that a page has sent, until they are imported. */
  readonly uploads: string;
}

/** A peer this device has synced with, or was told of. */
export interface Peer {
  readonly url: string;
  /** Its did; null until it has answered once. */
  readonly node: string | null;
}

export interface Recovery {
  /** The age recipient that backups are sealed for. */
  readonly recipient: string;
  /** Whether a person has shown that they have the words. */
  readonly confirmed: boolean;
}

export interface BackupPlan {
  readonly file: string;
  readonly everyMs: number;
  readonly recipient: string;
}

export interface Settings {
  readonly name: string;
  readonly peers: readonly Peer[];
  /** Where this device was last served, for invitations. */
  readonly address?: string;
  /** The same, for programs on this machine. */
  readonly localAddress?: string;
  /** What is known here of the recovery phrase, which is kept elsewhere. */
  readonly recovery?: Recovery;
  /** Backups that are made while this device serves or follows. */
  readonly backup?: BackupPlan;
}

/** The folder named, never one without a name, which would be whatever folder one is in; else `FABLEPOOL_HOME`, else `.fablepool` in the person's own. */
export function homeAt(folder?: string): Home {
  if (folder === "") throw new PoolError("usage", "the home folder has no name: leave --home out, or name one");
  const path = resolve(folder ?? (process.env["FABLEPOOL_HOME"] || join(homedir(), ".fablepool")));
  return {
    folder: path,
    deviceKey: join(path, "device.key"),
    rootKey: join(path, "root.key"),
    nextKey: join(path, "device.key.next"),
    store: join(path, "pool.db"),
    settings: join(path, "settings.json"),
    tip: join(path, "tip.json"),
    attempts: join(path, "attempts.jsonl"),
    assistants: join(path, "assistants"),
    uploads: join(path, "uploads"),
  };
}

/** Makes the folder, for its owner alone. */
export function makeHome(home: Home): void {
  try {
    makeFolder(home.folder);
    if (process.platform !== "win32") chmodSync(home.folder, 0o700);
  } catch (error) {
    throw new PoolError("home", `can't make the home folder ${home.folder}: ${systemWords(error)}`, {}, { cause: error });
  }
}

/** One folder at a time: `recursive` never returns where the system says that a parent which is there is not (`/proc`). */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Rejects with `PoolError("home")` when the folder holds no device. */
export function requireHome(home: Home): void {
  if (existsSync(home.deviceKey)) return;
  throw new PoolError("home", `no device at ${home.folder}: \`fablepool init\` founds a pool here, \`fablepool join\` joins one`);
}

/** Throws `PoolError("home")` for a file that holds none. */
export function readSettings(home: Home): Settings {
  if (!existsSync(home.settings)) return { name: "", peers: [] };
  const unfit = (cause?: unknown) =>
    new PoolError("home", `${home.settings} holds no settings: mend it, or remove it to start with no peers`, {}, { cause });
  let settings: Settings | null;
  try {
    settings = settingsOf(JSON.parse(readFileSync(home.settings, "utf8")) as Json);
  } catch (error) {
    throw unfit(error);
  }
  if (settings === null) throw unfit();
  return settings;
}

export function writeSettings(home: Home, settings: Settings): void {
  replaceFile(home.settings, `${JSON.stringify(settings, null, 2)}\n`);
}

/** Writes a file whole or not at all, for its owner alone. Throws `PoolError`: `storage` when the disk is full or fails, else `home`. */
export function replaceFile(path: string, text: string | Uint8Array): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new PoolError(isDiskTrouble(error) ? "storage" : "home", `can't write ${path}: ${systemWords(error)}`, {}, { cause: error });
  }
}

/** What tells one file from a copy of it. */
export function fileIdentity(path: string): string {
  const { ino, birthtimeMs } = statSync(path);
  return `${ino} ${Math.round(birthtimeMs)}`;
}
