/** Importing a person's own files: each item becomes evidence once, each change of it a new version (section 6). */

import { sourceKey } from "../core/claim/statement.ts";
import { canonical } from "../core/codec/canonical.ts";
import { PoolError } from "../core/errors.ts";
import type { Draft } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import type { JsonObject } from "../core/ports.ts";
import type { EvidenceDraft, FoundFile, Importer, ImportItem, SourceFile } from "../importers/index.ts";
import type { Reader } from "../store/index.ts";
import { requireFilled } from "./filling.ts";
import { suppressedItems } from "./forget.ts";
import type { Node } from "./open-node.ts";

export interface ImportReport {
  readonly files: number;
  /** How many files of each format were recognised, by the format's title. */
  readonly formats: Readonly<Record<string, number>>;
  /** Files that no importer reads. */
  readonly skipped: number;
  readonly added: number;
  /** New versions of items that were here. */
  readonly changed: number;
  readonly unchanged: number;
  /** Items that were forgotten, and are not taken in again unless `again` says so. */
  readonly forgotten: number;
  readonly problems: readonly { readonly file: string; readonly position: string; readonly reason: string }[];
  readonly interrupted: boolean;
}

export interface ImportOptions {
  readonly signal?: AbortSignal;
  /** Take in what was forgotten, too. */
  readonly again?: boolean;
  /** Vaults are looked for no higher than in this folder. */
  readonly within?: string;
  readonly onProgress?: (progress: { readonly files: number; readonly of: number; readonly items: number }) => void;
  /** Called once for each file with problems, when it has been read. */
  readonly onProblems?: (problems: ImportReport["problems"]) => void;
  /** Called for each file that no importer reads. */
  readonly onSkipped?: (path: string) => void;
}

/** Evidence in one transaction, under one signature: all of it is durable when it is counted. */
const itemsPerBatch = 500;
const bytesPerBatch = 4 * 1024 * 1024;

/**
 * Imports files and folders. Resolves when everything readable is durable; a fired `signal` ends it after the batch in
 * hand. Rejects with `PoolError`: `not_found` for a path that is not there, and what writing rejects with.
 */
export async function importFiles(node: Node, paths: readonly string[], options: ImportOptions = {}): Promise<ImportReport> {
  await requireFilled(node.replica);
  const report = {
    files: 0,
    formats: {} as Record<string, number>,
    skipped: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    forgotten: 0,
    problems: [] as ImportReport["problems"][number][],
    interrupted: false,
  };
  const { walk } = await loadImporters();
  const entries: FoundFile[] = [];
  for await (const entry of walk(paths, { within: options.within })) entries.push(entry);
  const suppressed = options.again ? null : await suppressedItems(node.replica);
  let batch: EvidenceDraft[] = [];
  let bytes = 0;
  const flush = async () => {
    const items = batch;
    batch = [];
    bytes = 0;
    await writeItems(node, items, report);
    options.onProgress?.({ files: report.files, of: entries.length, items: report.added + report.changed + report.unchanged });
  };
  for (const entry of entries) {
    if (options.signal?.aborted) break;
    for await (const { drafts, problems } of readItems(entry, report, options.onSkipped)) {
      for (const problem of problems) report.problems.push(problem);
      if (problems.length > 0) options.onProblems?.(problems);
      for (const draft of drafts) {
        if (suppressed?.has(payloadOf(draft))) {
          report.forgotten++;
          continue;
        }
        batch.push(draft);
        bytes += JSON.stringify(draft.content).length;
        if (batch.length >= itemsPerBatch || bytes >= bytesPerBatch) await flush();
        if (options.signal?.aborted) break;
      }
      if (options.signal?.aborted) break;
    }
  }
  if (!options.signal?.aborted) await flush();
  report.interrupted = options.signal?.aborted ?? false;
  return report;
}

/** Only where something is imported: they are a third of what a command would load. */
function loadImporters(): Promise<typeof import("../importers/index.ts")> {
  return import("../importers/index.ts");
}

interface ReadItems {
  readonly drafts: readonly EvidenceDraft[];
  readonly problems: ImportReport["problems"];
}

/** What a file holds, and each of those inside it when it is an archive. One of no known format is counted as skipped. */
async function* readItems(
  entry: FoundFile,
  report: { files: number; formats: Record<string, number>; skipped: number },
  onSkipped: ImportOptions["onSkipped"],
): AsyncGenerator<ReadItems> {
  const { importerFor, readSources } = await loadImporters();
  report.files++;
  let isKnown = false;
  try {
    for await (const file of readSources(entry)) {
      const importer = "reason" in file ? null : importerFor(file);
      if ("reason" in file) yield { drafts: [], problems: [{ file: file.path, position: "", reason: file.reason }] };
      else if (importer !== null) {
        report.formats[importer.title] = (report.formats[importer.title] ?? 0) + 1;
        yield await readOne(file, importer);
      }
      isKnown ||= "reason" in file || importer !== null;
    }
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    isKnown = true;
    yield { drafts: [], problems: [{ file: entry.path, position: "", reason: error.message }] };
  }
  if (isKnown) return;
  report.skipped++;
  onSkipped?.(entry.path);
}

async function readOne(file: SourceFile, importer: Importer): Promise<ReadItems> {
  const items: ImportItem[] = [];
  for await (const item of importer.read(file)) items.push(item);
  const problems = items.flatMap((item) => ("problem" in item ? { file: file.path, ...item.problem } : []));
  return { drafts: distinct(items.flatMap((item) => ("draft" in item ? item.draft : []))), problems };
}

/** A name that one file gives to several, different items is one item's name, then `name#2`, `name#3` … */
function distinct(drafts: readonly EvidenceDraft[]): EvidenceDraft[] {
  const seen = new Map<string, Set<string>>();
  return drafts.flatMap((draft) => {
    const name = canonical([draft.source.adapter, draft.source.account ?? null, draft.external_id]);
    const words = wordsOf(draft);
    const before = seen.get(name) ?? new Set();
    seen.set(name, before);
    if (before.has(words)) return [];
    before.add(words);
    return before.size === 1 ? draft : { ...draft, external_id: `${draft.external_id}#${before.size}` };
  });
}

async function writeItems(
  node: Node,
  items: readonly EvidenceDraft[],
  report: { added: number; changed: number; unchanged: number },
): Promise<void> {
  // An item twice in one batch waits for the next: its second version names the first.
  let rest = items;
  while (rest.length > 0) {
    const now = new Map<string, EvidenceDraft>();
    const later: EvidenceDraft[] = [];
    for (const item of rest) {
      const key = sourceKey(node.replica.crypto.sha256Hex, payloadOf(item));
      if (now.has(key)) later.push(item);
      else now.set(key, item);
    }
    const counts = { added: 0, changed: 0, unchanged: 0 };
    await node.write(async (tx) => {
      const drafts: Draft[] = [];
      for (const [key, item] of now) {
        const verdict = await compare(tx, key, item);
        if (verdict === "same") counts.unchanged++;
        else {
          counts[verdict === null ? "added" : "changed"]++;
          drafts.push({ type: "evidence", payload: verdict === null ? payloadOf(item) : { ...payloadOf(item), replaces: verdict } });
        }
      }
      return drafts;
    });
    for (const name of ["added", "changed", "unchanged"] as const) report[name] += counts[name];
    rest = later;
  }
}

/**
 * What the log has of an item: nothing (null), the same, or an older version's id to replace. A file that says what it
 * said before adds nothing, even when another file has since said something else of the same item.
 */
async function compare(reader: Reader, key: string, item: EvidenceDraft): Promise<OpId | "same" | null> {
  const rows = await reader.evidenceOf(key);
  const newest = rows[0];
  if (newest === undefined) return null;
  const versions = await reader.envelopes(rows.map(({ id }) => id));
  const words = wordsOf(item);
  const said = versions.map(({ payload }) => ({ file: fileOf(payload), words: payload ? wordsOf(payload) : "" }));
  const ofFile = said.find(({ file }) => file === fileOfUri(item.source.uri));
  const same = said[0]?.words === words || (ofFile ? ofFile.words === words : said.some((version) => version.words === words));
  return same ? "same" : newest.id;
}

/**
 * What an item says, apart from where it was found. A contact's time is that of its last change, which some programs renew at every
 * export: alone it says nothing.
 */
function wordsOf(item: { readonly kind?: unknown; readonly observed_at?: unknown; readonly content?: unknown }): string {
  const observed = item.kind === "contact" ? undefined : item.observed_at;
  return canonical([item.kind ?? null, observed ?? null, item.content ?? null]);
}

function fileOf(payload: JsonObject | undefined): string {
  const source = payload?.["source"] as { uri?: string } | undefined;
  return fileOfUri(source?.uri ?? "");
}

function fileOfUri(uri: string): string {
  return uri.split("#", 1)[0] ?? "";
}

function payloadOf({ source, external_id, kind, observed_at, content }: EvidenceDraft): JsonObject {
  return { source: { ...source }, origin: "import", external_id, kind, ...(observed_at === undefined ? {} : { observed_at }), content };
}
