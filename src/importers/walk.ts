import { access, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { PoolError } from "../core/errors.ts";
import { wellFormed } from "./well-formed.ts";

/** A file to import, and where in which collection it lies. */
export interface FoundFile {
  readonly path: string;
  /** The name of the vault that holds it, else of the folder that was given, else of the file's own folder. */
  readonly collection: string;
  /** The path inside the collection, `/`-separated. */
  readonly name: string;
  readonly size: number;
}

export interface WalkOptions {
  readonly signal?: AbortSignal;
  /** Vaults are looked for no higher than in this folder: what lies above it is not the person's, as with files that were sent. */
  readonly within?: string | undefined;
}

/** What makes a folder a vault: Obsidian's or Logseq's settings, or a repository. */
const vaultMarks = [".obsidian", join("logseq", "config.edn"), ".git"];

/**
 * The files at the paths, in the order of the paths and of their names in every folder. Skips what is hidden, node_modules and Logseq's
 * backups; follows links, but enters no folder and gives no file twice. A folder that can't be read is given like a file, so that reading
 * it says why. A path that isn't there is a PoolError("not_found"), before any file is given.
 */
export async function* walk(paths: readonly string[], options: WalkOptions = {}): AsyncGenerator<FoundFile> {
  const given = await Promise.all(paths.map(async (path) => ({ path: resolve(path), entry: await existing(path) })));
  const walker = new Walker(options);
  for (const { path, entry } of given) {
    const home = entry.isDirectory() ? path : dirname(path);
    if (entry.isDirectory()) yield* walker.folder(path, home);
    else yield* walker.file(path, home, entry.size);
  }
}

async function existing(path: string) {
  const entry = await stat(path).catch((cause) => {
    throw new PoolError("not_found", `there is no file or folder ${path === "" ? "without a name" : path}`, { path }, { cause });
  });
  if (!entry.isFile() && !entry.isDirectory()) throw new PoolError("not_found", `${path} is neither a file nor a folder`, { path });
  return entry;
}

class Walker {
  readonly #signal: AbortSignal | undefined;
  readonly #within: string | null;
  readonly #entered = new Set<string>();
  readonly #given = new Set<string>();
  readonly #vaults = new Map<string, Promise<string | undefined>>();

  constructor({ signal, within }: WalkOptions) {
    this.#signal = signal;
    this.#within = within === undefined ? null : resolve(within);
  }

  async *folder(folder: string, home: string): AsyncGenerator<FoundFile> {
    this.#goOn();
    const real = await realpath(folder).catch(() => folder);
    if (this.#entered.has(real)) return;
    this.#entered.add(real);
    const names = await readdir(folder).catch(() => undefined);
    if (names === undefined) {
      yield await this.#found(folder, home, 0);
      return;
    }
    for (const name of names.filter((one) => isWanted(folder, one)).sort(byNormalForm)) {
      const path = join(folder, name);
      const entry = await stat(path).catch(() => undefined);
      if (entry?.isDirectory()) yield* this.folder(path, home);
      // A link that leads nowhere has no entry; reading it says so.
      else if (entry === undefined || entry.isFile()) yield* this.file(path, home, entry?.size ?? 0);
    }
  }

  async *file(path: string, home: string, size: number): AsyncGenerator<FoundFile> {
    this.#goOn();
    if (this.#given.has(path)) return;
    this.#given.add(path);
    yield await this.#found(path, home, size);
  }

  #goOn(): void {
    if (this.#signal?.aborted) throw new PoolError("interrupted", "stopped while looking for files", {}, { cause: this.#signal.reason });
  }

  async #found(path: string, home: string, size: number): Promise<FoundFile> {
    const root = (await this.#vaultOf(dirname(path))) ?? home;
    const name = relative(root, path).split(sep).join("/");
    return { path, collection: wellFormed(basename(root) || root), name: wellFormed(name === "" ? basename(path) : name), size };
  }

  /** The nearest folder from here up that is a vault. */
  #vaultOf(folder: string): Promise<string | undefined> {
    const known = this.#vaults.get(folder) ?? this.#findVault(folder);
    this.#vaults.set(folder, known);
    return known;
  }

  async #findVault(folder: string): Promise<string | undefined> {
    if (this.#within !== null && folder !== this.#within && !folder.startsWith(this.#within + sep)) return undefined;
    for (const mark of vaultMarks) {
      if (
        await access(join(folder, mark)).then(
          () => true,
          () => false,
        )
      )
        return folder;
    }
    const parent = dirname(folder);
    return parent === folder ? undefined : this.#vaultOf(parent);
  }
}

function isWanted(folder: string, name: string): boolean {
  return !name.startsWith(".") && name !== "node_modules" && !(name === "bak" && basename(folder) === "logseq");
}

/** The same order whichever normal form a file system gives names in. */
function byNormalForm(a: string, b: string): number {
  const [left, right] = [a.normalize("NFC"), b.normalize("NFC")];
  return left < right ? -1 : left > right ? 1 : a < b ? -1 : 1;
}
