/** Evidence as the contract has it: what it says, where its source says it, and where on the earth that is. */
import type { Envelope } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { type EvidenceStatus, evidenceSentence, oneLine, placeText, timeOfEvidence } from "../../node/index.ts";
import { clip, textOf } from "./claim-answers.ts";
import type { EvidenceItem, Geo, SourcePlace } from "./contract.ts";

const snippetMax = 300;
/** Characters of what a source literally says that are shown. */
export const quoteMax = 10_000;

export function evidenceAnswer(op: Envelope, status: EvidenceStatus): EvidenceItem {
  const payload = op.payload ?? {};
  const kind = oneLine(textOf(payload["kind"]), 60);
  return {
    id: op.op_id,
    status,
    kind,
    title: evidenceSentence(op.payload).replace(`${kind}: `, ""),
    snippet: oneLine(quoteOf(payload), snippetMax),
    when: op.payload ? timeOfEvidence(op.payload) : null,
    source: sourceOf(payload),
    geo: geoOf(payload),
  };
}

export function sourceOf(payload: JsonObject): SourcePlace | null {
  const source = objectOf(payload["source"]);
  if (typeof source["adapter"] !== "string") return null;
  const uri = typeof source["uri"] === "string" ? clip(source["uri"], 2_000) : null;
  return {
    adapter: oneLine(source["adapter"], 60),
    account: typeof source["account"] === "string" ? oneLine(source["account"], 200) : null,
    uri,
    words: uri === null ? "" : placeText(uri),
  };
}

/** What the source literally says: line breaks are its own. */
export function quoteOf(payload: JsonObject): string {
  const content = objectOf(payload["content"]);
  const said = ["text", "description", "body", "summary", "title", "subject", "name"]
    .map((name) => content[name])
    .find((value) => typeof value === "string" && value !== "");
  return clip(typeof said === "string" ? said : "", quoteMax);
}

/** Where it was: a photo's position, a visit's, a place's. */
export function geoOf(payload: JsonObject): Geo | null {
  const content = objectOf(payload["content"]);
  const place = objectOf(content["place"]);
  const label = oneLine(textOf(content["name"]) || textOf(content["location"]) || textOf(place["name"]) || textOf(place["location"]), 120);
  for (const each of [content["position"], content["geo"], content, place]) {
    const { latitude, longitude } = objectOf(each);
    const fits = (value: Json | undefined, most: number): value is number => typeof value === "number" && Math.abs(value) <= most;
    if (fits(latitude, 90) && fits(longitude, 180) && !(latitude === 0 && longitude === 0)) return { latitude, longitude, label };
  }
  return null;
}

export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
