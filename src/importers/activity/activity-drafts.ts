import type { Json, JsonObject } from "../../core/ports.ts";
import { fingerprint, OwnNames } from "../contacts/own-names.ts";
import { fitDraft } from "../fit-draft.ts";
import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { ProblemList } from "../location/problem-list.ts";
import type { SourceInstant } from "../location/source-instant.ts";
import { placeOf } from "../place.ts";

/** One thing that someone did on the web. */
export interface Activity {
  /** `activity` is what is none of the others: something that was used, viewed, answered. */
  readonly kind: "watch" | "search" | "visit_page" | "bookmark" | "activity";
  readonly title: string;
  readonly url?: string | undefined;
  readonly time?: SourceInstant | undefined;
  /** Whatever else the source says. */
  readonly more?: Readonly<Record<string, Json | undefined>>;
  /** What names it, when that isn't its time with its address or title. */
  readonly externalId?: string;
}

/** Gathers what a file of activities holds, and gives it as drafts. */
export class ActivityDrafts {
  readonly problems = new ProblemList();
  readonly #importer: Importer;
  readonly #file: SourceFile;
  readonly #names = new OwnNames();
  #isEmpty = true;

  constructor(importer: Importer, file: SourceFile) {
    this.#importer = importer;
    this.#file = file;
  }

  *add(activity: Activity, position: string): Generator<ImportItem> {
    this.#isEmpty = false;
    const { kind, title, url, time, more, externalId } = activity;
    const members: Record<string, Json | undefined> = { title, url, time: time?.text, ...more };
    const content: JsonObject = Object.fromEntries(
      Object.entries(members).filter((entry): entry is [string, Json] => {
        const value = entry[1];
        return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
      }),
    );
    const draft = this.#names.settle({
      source: { adapter: this.#importer.name, version: this.#importer.version, uri: placeOf(this.#file.name), sha256: this.#file.sha256 },
      external_id: externalId ?? `sha256:${fingerprint([kind, time?.text ?? "", url ?? title])}`,
      kind,
      ...(time?.at === undefined ? {} : { observed_at: time.at }),
      content,
    });
    if (draft !== null) yield* fitDraft(draft, position);
  }

  /** The problems, last: those with single items have been given with them. */
  *end(): Generator<ImportItem> {
    yield* this.problems.items();
    if (this.#isEmpty && [...this.problems.items()].length === 0) yield { problem: { position: "", reason: "holds no activities" } };
  }
}
