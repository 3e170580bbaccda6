import assert from "node:assert/strict";
import fc from "fast-check";
import type { Importer } from "../../src/importers/importer.ts";
import { assertRules } from "./draft-rules.ts";
import { type Imported, importAll, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { withinSeconds } from "./within-seconds.ts";

/** What the importer makes of the file, within seconds and by the contract. */
export function checked(importer: Importer, name: string, data: string | Uint8Array, collection = "test"): Imported {
  const imported = withinSeconds(name, () => importAll(importer, sourceOf(name, data, collection)));
  assertRules({
    problems: imported.problems,
    drafts: imported.drafts.map((draft) => ({ ...draft, source: withoutPointer(draft.source) })),
  });
  return imported;
}

/** The file mutated 300 times: never thrown at, never slow, never against the contract. */
export function assertSurvivesDamage(importer: Importer, name: string, original: string, seed: number): void {
  fc.assert(
    fc.property(mutationsOf(Buffer.from(original)), (bytes) => {
      checked(importer, name, bytes);
    }),
    { seed, numRuns: 300 },
  );
}

/** The contents, and nothing but them. */
export function contentsOf({ drafts, problems }: Imported): unknown[] {
  assert.deepEqual(problems, []);
  return drafts.map(({ content }) => content);
}

/** A JSON Pointer names a place in a file without lines. */
export function withoutPointer<Source extends { readonly uri: string }>(source: Source): Source {
  return { ...source, uri: source.uri.replace(/#(?:\/[\w.~!*'()%-]*)*$/, "") };
}
