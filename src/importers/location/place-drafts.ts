import type { Json, JsonObject } from "../../core/ports.ts";
import { OwnNames } from "../contacts/own-names.ts";
import { fitDraft } from "../fit-draft.ts";
import type { Importer, ImportItem, SourceFile } from "../importer.ts";
import { placeOf } from "../place.ts";
import { type Coordinates, placeMembers, rounded } from "./coordinates.ts";
import { type Fix, foldFixes } from "./fold.ts";
import { ProblemList } from "./problem-list.ts";
import { type SourceInstant, utcText } from "./source-instant.ts";

/** A visit, a trip or a place as a source tells of it. */
export interface Told {
  readonly kind: "visit" | "trip" | "place";
  readonly start?: SourceInstant | undefined;
  readonly end?: SourceInstant | undefined;
  /** Where it is, or where a trip begins. */
  readonly at?: Coordinates | undefined;
  /** Where a trip ends. */
  readonly to?: Coordinates | undefined;
  /** Metres of a trip. */
  readonly distance?: number | undefined;
  /** The source's own id of the place. */
  readonly placeId?: string | undefined;
  /** Where it was at its start, if that isn't `at`: this names it, for the middle of a visit moves while it grows. */
  readonly began?: Coordinates;
  /** Whatever else it says: name, address, mode. */
  readonly more?: Readonly<Record<string, Json | undefined>>;
}

/** Gathers what a file of places holds, and gives it as drafts: what it tells itself, then what its fixes are folded into. */
export class PlaceDrafts {
  readonly problems = new ProblemList();
  readonly #file: SourceFile;
  readonly #importer: Importer;
  readonly #names = new OwnNames();
  readonly #told: { readonly told: Told; readonly position: string }[] = [];

  constructor(importer: Importer, file: SourceFile) {
    this.#importer = importer;
    this.#file = file;
  }

  add(told: Told, position: string): void {
    this.#told.push({ told, position });
  }

  /** Folds fixes, all of them at once: `more` is said of every trip among them. Those that stand alone count unless told otherwise. */
  addFixes(fixes: readonly Fix[], more: Told["more"] = {}, lone: "kept" | "dropped" = "kept"): void {
    for (const { kind, from, to, middle, distance } of foldFixes(fixes)) {
      if (lone === "dropped" && from === to) continue;
      const times = { start: { text: from.text, at: from.at }, end: { text: to.text, at: to.at } };
      if (kind === "visit") this.add({ kind, ...times, at: middle, began: from }, "");
      else this.add({ kind, ...times, at: from, to, distance, more }, "");
    }
  }

  *items(): Generator<ImportItem> {
    yield* this.problems.items();
    for (const { told, position } of this.#told) {
      const { adapter, version } = { adapter: this.#importer.name, version: this.#importer.version };
      const draft = this.#names.settle({
        source: { adapter, version, uri: placeOf(this.#file.name), sha256: this.#file.sha256 },
        external_id: externalId(told),
        kind: told.kind,
        ...(told.start?.at === undefined ? {} : { observed_at: told.start.at }),
        content: contentOf(told),
      });
      if (draft !== null) yield* fitDraft(draft, position);
    }
  }
}

function contentOf({ kind, start, end, at, to, distance, placeId, more }: Told): JsonObject {
  const members: Record<string, Json | undefined> = {
    [kind === "place" ? "time" : "start"]: start?.text,
    end: end?.text,
    ...(at === undefined ? {} : placeMembers(at)),
    ...(to === undefined ? {} : placeMembers(to, "end_")),
    distance: distance === undefined ? undefined : rounded(distance, 0),
    place_id: placeId,
    ...more,
  };
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== ""));
}

/** What it is, when it began and where: by the source's own id when it has one, else within a hundred metres. */
function externalId({ kind, start, at, began = at, placeId, more }: Told): string {
  const when = start === undefined ? [] : [start.at === undefined ? start.text : utcText(start.at)];
  const where = placeId ?? (began === undefined ? "" : `${rounded(began.latitude, 3)},${rounded(began.longitude, 3)}`);
  const name = kind === "place" && placeId === undefined && typeof more?.["name"] === "string" ? [more["name"]] : [];
  return [kind, ...when, where, ...name].join("/");
}
