import type { JsonObject } from "../core/ports.ts";

/** One file as an importer sees it. Importers never open files: they are given bytes and return items. */
export interface SourceFile {
  /** The path as a person would write it, for messages. */
  readonly path: string;
  /** The collection the file was found in: the name of the vault or of the folder that was given. */
  readonly collection: string;
  /** The path inside the collection, `/`-separated: the stable part of a file's identity. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, 64 lower-case hex digits. */
  readonly sha256: string;
}

/**
 * What a source literally said, before it becomes an `evidence` operation (spec: memory).
 * (adapter, account, external_id) names the item for ever; a later draft with the same name and another
 * `kind`, `observed_at` or `content` is a new version of it, an equal one adds nothing. So `content` holds no
 * value that changes from export to export (an iCalendar DTSTAMP, for one); where it was found is in `source`.
 */
export interface EvidenceDraft {
  readonly source: {
    readonly adapter: string;
    readonly version: string;
    readonly account?: string;
    /** Relative reference to the place: `path%20of/file.ics#line=11,24` (RFC 5147: from, to, counted from 0). */
    readonly uri: string;
    /** SHA-256 of the bytes of the file it was found in. */
    readonly sha256: string;
  };
  readonly external_id: string;
  /** What it is: `event`, `task`, `note`, `photo`, … */
  readonly kind: string;
  /** When what it tells of took place or was written, ms since the epoch, when the source says so. */
  readonly observed_at?: number;
  readonly content: JsonObject;
}

/** Something in a file that could not be used. Everything else in the file still is. */
export interface ImportProblem {
  /** Line or entry (both from 1) or byte offset, in words: `line 12`, `entry 3`, `byte 4096`; empty when it is about the whole file. */
  readonly position: string;
  /** What is wrong, in one line, without the path. */
  readonly reason: string;
}

export type ImportItem = { readonly draft: EvidenceDraft } | { readonly problem: ImportProblem };

/**
 * A source format. Pure: the same bytes give the same items in the same order, on every machine and in every
 * time zone. The drafts of one file have names of their own, so that reading it again changes nothing. Never throws for bad
 * input, never yields half an item without a problem that says what is missing, and is done with any file within seconds.
 */
export interface Importer {
  /** The adapter's name and version, as they stand in every evidence it makes. */
  readonly name: string;
  readonly version: string;
  /** What it reads, for `--help` and messages: `iCalendar`. */
  readonly title: string;
  /** True when the file is of this format, judged by its content first and its name second. */
  recognises(file: SourceFile): boolean;
  read(file: SourceFile): Iterable<ImportItem> | AsyncIterable<ImportItem>;
}
