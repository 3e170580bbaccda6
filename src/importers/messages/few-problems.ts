import type { ImportItem } from "../importer.ts";

/** Problems of one file that are told one by one: more are no help to anybody. */
const toldMax = 1_000;

/** Problems after which a file is given up: it is made to have them. */
const problemsMax = 100_000;

/** The items, with no more problems than people read. */
export function* fewProblems(items: Iterable<ImportItem>): Generator<ImportItem> {
  let problems = 0;
  for (const item of items) {
    if ("problem" in item) problems += 1;
    if (problems <= toldMax || "draft" in item) yield item;
    if (problems === problemsMax) {
      yield { problem: { position: "", reason: `${problemsMax} entries that can't be read: the rest of the file is left out` } };
      return;
    }
  }
  if (problems > toldMax) yield { problem: { position: "", reason: `${problems - toldMax} more entries that can't be read` } };
}
