import { limits } from "../core/limits.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { withoutOwnWordsIn } from "./assistants/own-words.ts";
import type { EvidenceDraft, ImportItem } from "./importer.ts";
import { jsonBytes, unitsWithin } from "./json-size.ts";
import { wellFormedObject } from "./well-formed.ts";

/** Bytes that a draft may have as JSON. What it lacks for a payload (origin, sensitivity, replaces, …) fits in the rest many times. */
export const draftBytes = limits.payloadBytes - 4_096;

/** Bytes kept free for the `truncated` mark. */
const markBytes = 512;

/**
 * The last step of every importer: the draft with well-formed text, without what this node once answered to an assistant, and
 * of a size that a payload can have, after a problem for each member that had to be shortened. A shortened member is named in `content.truncated`; one in `whole` never is.
 */
export function fitDraft(draft: EvidenceDraft, position: string, whole: readonly string[] = []): ImportItem[] {
  const formed = wellFormedObject(asJson(draft)) as unknown as EvidenceDraft;
  const clean = { ...formed, content: withoutOwnWordsIn(formed.content) as JsonObject };
  const size = jsonBytes(asJson(clean));
  if (size <= draftBytes) return [{ draft: clean }];

  const cuttable = Object.entries(clean.content).filter(([name]) => !whole.includes(name));
  const members = cuttable.map(([name, value]) => ({ name, value, bytes: jsonBytes(value) }));
  const others = size - members.reduce((sum, member) => sum + member.bytes, 0);
  const most = evenShare(
    members.map((member) => member.bytes),
    draftBytes - markBytes - others,
  );
  if (most < 0) return [{ problem: { position, reason: "too large for one item: left out" } }];

  const cut = members.filter((member) => member.bytes > most);
  const kept = cut.map(({ name, value }) => ({ name, ...shortened(value, most) }));
  const content = {
    ...clean.content,
    ...Object.fromEntries(kept.map(({ name, value }) => [name, value])),
    truncated: cut.map(({ name }) => name),
  };
  return [
    ...kept.map(({ name, told }) => ({ problem: { position, reason: `${name} is too long: ${told}` } })),
    { draft: { ...clean, content } },
  ];
}

/** The most bytes that every member may have so that together they have `room`: a small one stays whole, whatever the large ones are. */
function evenShare(sizes: readonly number[], room: number): number {
  let low = -1;
  let high = draftBytes;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const sum = sizes.reduce((total, bytes) => total + Math.min(bytes, Math.max(middle, 4)), 0);
    if (sum <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** As much of the value as has `bytes` bytes, and what to tell of it. */
function shortened(value: Json, bytes: number): { value: Json; told: string } {
  if (typeof value === "string") {
    const kept = unitsWithin(value, bytes - 2);
    return { value: value.slice(0, kept), told: `its first ${kept} of ${value.length} characters are kept` };
  }
  if (Array.isArray(value)) {
    const kept = elementsWithin(value, bytes - 2);
    return { value: value.slice(0, kept), told: `its first ${kept} of ${value.length} entries are kept` };
  }
  return { value: null, told: "left out" };
}

function elementsWithin(list: readonly Json[], bytes: number): number {
  let left = bytes;
  let kept = 0;
  for (const element of list) {
    left -= jsonBytes(element) + 1;
    if (left < 0) break;
    kept += 1;
  }
  return kept;
}

function asJson(draft: EvidenceDraft): Record<string, Json> {
  return { ...draft } as unknown as Record<string, Json>;
}
