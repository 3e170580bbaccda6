import { hash } from "node:crypto";
import { crc32, inflateRawSync } from "node:zlib";
import { limits } from "../../core/limits.ts";
import type { SourceFile } from "../importer.ts";
import { wellFormed } from "../well-formed.ts";
import { isZip, type ZipEntry, zipEntries } from "./zip-directory.ts";

/** Something in an archive that could not be read. */
export interface UnreadEntry {
  /** The archive's path, and the entry's inside it when it is about one. */
  readonly path: string;
  readonly reason: string;
}

/** Entries of one archive, and of those inside it. */
const entriesMax = 50_000;

/** Bytes of all entries together: against archives that grow when they are read. */
const totalMax = 4 * limits.importFileBytes;

/** An entry of more than a megabyte that shrank more than this is no file of a person's. */
const ratioMax = 250;
const ratioFrom = 1024 * 1024;

/** What shows that a zip file is one document of some program's own format. */
const documentMarks: ReadonlySet<string> = new Set([
  "[Content_Types].xml",
  "mimetype",
  "META-INF/MANIFEST.MF",
  "AndroidManifest.xml",
  "Index/Document.iwa",
]);

/** True of a zip file of files. One that is a document (docx, odt, epub, jar) is a file itself. */
export function isArchive(bytes: Uint8Array): boolean {
  if (!isZip(bytes)) return false;
  const found = zipEntries(bytes, entriesMax);
  return found === null || !found.entries.some(({ name }) => documentMarks.has(name));
}

interface Budget {
  entriesLeft: number;
  bytesLeft: number;
}

/**
 * The files inside an archive, one after the other, and what can't be read of it; an archive inside it is opened too, but none inside
 * that. Each has the path `archive.zip/inner/name`, and lies in the collection that the archive's name tells without its date.
 */
export function filesIn(archive: SourceFile): Generator<SourceFile | UnreadEntry> {
  return openArchive(archive, { entriesLeft: entriesMax, bytesLeft: totalMax }, 0);
}

function* openArchive(archive: SourceFile, budget: Budget, depth: number): Generator<SourceFile | UnreadEntry> {
  const { path } = archive;
  const found = zipEntries(archive.bytes, budget.entriesLeft);
  if (found === null) {
    yield { path, reason: "the archive has no directory: it may be cut short" };
    return;
  }
  const entries = found.entries.filter(isWanted);
  budget.entriesLeft -= found.entries.length;
  if (found.entries.reduce((sum, { packed }) => sum + packed.length, 0) > archive.bytes.length) {
    yield { path, reason: "entries of the archive lie on one another: it is not read" };
    return;
  }
  const encrypted = entries.filter(({ isEncrypted }) => isEncrypted).length;
  if (encrypted > 0)
    yield { path, reason: encrypted === 1 ? "one entry is encrypted: left out" : `${encrypted} entries are encrypted: left out` };
  for (const entry of entries) {
    if (entry.isEncrypted) continue;
    if (entry.size > budget.bytesLeft && entry.size <= limits.importFileBytes) {
      yield { path, reason: `the archive holds more than ${totalMax} bytes: the rest left out` };
      return;
    }
    yield* openEntry(archive, entry, budget, depth);
  }
  const isFull = budget.entriesLeft <= 0;
  if (!found.isWhole)
    yield {
      path,
      reason: isFull
        ? `the archive holds more than ${entriesMax} entries: the rest left out`
        : "the archive's directory is damaged: entries may lack",
    };
}

function* openEntry(archive: SourceFile, entry: ZipEntry, budget: Budget, depth: number): Generator<SourceFile | UnreadEntry> {
  const name = innerName(entry.name);
  const path = `${archive.path}/${name}`;
  const bytes = unpacked(entry);
  if (typeof bytes === "string") {
    yield { path, reason: bytes };
    return;
  }
  budget.bytesLeft -= bytes.length;
  const file: SourceFile = { path, collection: collectionOf(archive.name), name, bytes, sha256: hash("sha256", bytes) };
  if (!isArchive(bytes)) yield file;
  else if (depth > 0) yield { path, reason: "an archive in an archive in an archive: left out" };
  else yield* openArchive(file, budget, depth + 1);
}

/** The entry's bytes; in words why they can't be read. */
function unpacked({ method, packed, size, crc32: sum }: ZipEntry): Uint8Array | string {
  if (size > limits.importFileBytes) return `it has ${size} bytes; files up to ${limits.importFileBytes} bytes are read`;
  if (size > ratioFrom && size > packed.length * ratioMax) return `it grows more than ${ratioMax}-fold when it is unpacked: left out`;
  if (method !== 0 && method !== 8) return `it is packed by a method that is not read (${method}): left out`;
  const bytes = method === 0 ? packed : inflated(packed, size);
  return bytes?.length === size && crc32(bytes) === sum ? bytes : "it is damaged: left out";
}

/** Null when it can't be unpacked, or has more bytes than it says. */
function inflated(packed: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    return null;
  }
}

/** Files a person put there: no folders, nothing hidden, and not what a Mac adds. */
function isWanted({ name }: ZipEntry): boolean {
  const parts = name.split(/[/\\]/);
  return (
    innerName(name) !== "" &&
    parts.at(-1) !== "" &&
    !parts.some((part) => part === "__MACOSX" || part === "node_modules" || /^\.[^.]/.test(part))
  );
}

/** The name with `/` between its parts; parts that lead elsewhere are dropped. */
function innerName(name: string): string {
  const parts = wellFormed(name).split(/[/\\]/);
  return parts.filter((part) => part !== "" && part !== "." && part !== ".." && !/^[a-z]:$/i.test(part)).join("/");
}

/** A date at the end of a name, with whatever follows it: `-20240615T120000Z-001`, ` 2024-06-15`, `_15_06_2024`. */
const dated = /^(.+?)[-_ .(]+(?:(?:19|20)\d\d(?:[-_.]?\d\d){2}|\d\d[-_.]\d\d[-_.](?:19|20)\d\d)(?!\d).*$/;

/** `takeout-20240615T120000Z-001.zip` is `takeout`: the next export is of the same things. */
function collectionOf(name: string): string {
  const stem = (name.split("/").at(-1) ?? "").replace(/\.[a-z0-9]{1,5}$/i, "");
  const undated = dated.exec(stem)?.[1] ?? stem;
  return wellFormed(undated.replace(/[-_ ]+\d{3}$| ?\(\d{1,3}\)$/, "") || stem || "archive");
}
