import { hash } from "node:crypto";
import type { Json } from "../../core/ports.ts";
import type { EvidenceDraft } from "../importer.ts";
import { wellFormed, wellFormedJson } from "../well-formed.ts";

/** Longer ids are replaced by their hash: the id stands in every index. */
const externalIdMax = 512;

/**
 * Gives the drafts of one file names of their own, so that reading the file again changes nothing: what was said before is dropped, and
 * something else under the same name gets an id made of its content.
 */
export class OwnNames {
  readonly #said = new Map<string, string>();

  /** The draft under a name of its own; null when the same was given before. */
  settle(draft: EvidenceDraft): EvidenceDraft | null {
    const words = fingerprint([draft.kind, draft.observed_at ?? null, draft.content]);
    const name = shortId(draft.external_id);
    const own = this.#said.has(name) && this.#said.get(name) !== words ? `${name}#${words.slice(0, 16)}` : name;
    if (this.#said.has(own)) return null;
    this.#said.set(own, words);
    return { ...draft, external_id: own };
  }
}

/** The id as it stands in evidence: well-formed, and not longer than an index likes. */
export function shortId(id: string): string {
  const clean = wellFormed(id);
  return clean.length > externalIdMax ? `sha256:${hash("sha256", clean)}` : clean;
}

/** SHA-256 of the value as JSON, 64 hex digits: equal for equal values that were put together alike. */
export function fingerprint(value: Json): string {
  return hash("sha256", JSON.stringify(wellFormedJson(value)));
}
