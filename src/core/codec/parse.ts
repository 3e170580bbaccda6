import { limits } from "../limits.ts";
import type { Json, JsonObject } from "../ports.ts";
import { readJson, refusal } from "./json-reader.ts";
import { endOfString, nextOf } from "./json-string.ts";

/**
 * The value of JSON `text`, read strictly (protocol section 2). Throws `parse`, with the position, for
 * - text that is not JSON (RFC 8259);
 * - a key that stands twice in one object, compared after unescaping (`__proto__` is a key like any other);
 * - nesting beyond `maxDepth` levels, an object or array at the top being level 1;
 * - a number that is no finite double (`1e400`);
 * - a lone surrogate, raw or escaped.
 *
 * The platform's parser does the work: one look at the text bounds its depth before anything is built and counts its members, then one
 * walk over the value counts them again. Text that has more of them than its value repeats a key. What fails, our own reader reads again,
 * to say why.
 *
 * It also reads all text that has an escape in a key, since V8 doesn't: once it has seen a key with a backslash in it, `JSON.parse` may
 * give `"\n"` or `"\u0061"` back as `"\\"` (nodejs/node#63785; Node 24 and 26). Nothing else here may call `JSON.parse` on objects.
 */
export function parseJson(text: string, options: { readonly maxDepth: number }): Json {
  const { members, escapedKeys } = survey(text, options.maxDepth);
  if (!escapedKeys) {
    const value = parseLoosely(text);
    if (value !== undefined && finiteMembers(value) === members && isWellFormed(text, value)) return value;
  }
  return readJson(text, options.maxDepth);
}

/**
 * The value of text of which the caller finds out by comparing whether it is the canonical text of that value: then it says nothing
 * twice, and needs no strict reading. For other text it may be wrong, or undefined.
 */
export function parseAsCanonical(text: string): Json | undefined {
  if (!text.includes("\\")) return parseLoosely(text);
  try {
    return parseJson(text, { maxDepth: limits.payloadDepth });
  } catch {
    return undefined;
  }
}

function parseLoosely(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the reason differs from engine to engine: `readJson` gives ours
  }
}

const quotationMark = 0x22;
const colon = 0x3a;

interface Survey {
  /** Colons outside strings: the members of all objects, if the text is JSON at all. */
  readonly members: number;
  readonly escapedKeys: boolean;
}

/** Throws when brackets nest too deeply or a string never ends. */
function survey(text: string, maxDepth: number): Survey {
  let members = 0;
  let depth = 0;
  let escapedKeys = false;
  let nextBackslash = nextOf("\\", text, 0);
  let lastStringFrom = 0;
  for (let at = 0; at < text.length; at++) {
    let unit = text.charCodeAt(at);
    while (unit < colon && unit !== quotationMark) unit = text.charCodeAt(++at); // digits, commas, white space
    if (unit === quotationMark) {
      lastStringFrom = at;
      at = endOfString(text, at);
      if (at === text.length) throw refusal(lastStringFrom, "a string that never ends");
    } else if (unit === colon) {
      members++;
      if (nextBackslash < lastStringFrom) nextBackslash = nextOf("\\", text, lastStringFrom);
      if (nextBackslash < at) escapedKeys = true;
    } else if ((unit | 0x20) === 0x7b) {
      // [ or {
      if (++depth > maxDepth) throw refusal(at, `nested more than ${maxDepth} levels deep`);
    } else if ((unit | 0x20) === 0x7d) depth--; // ] or }
  }
  return { members, escapedKeys };
}

/** How many members all objects of `value` have together, or NaN when it has a number that isn't finite. */
function finiteMembers(value: Json): number {
  if (typeof value === "string") return 0;
  if (typeof value === "object") return value === null ? 0 : finiteMembersWithin(value);
  return typeof value === "number" && !Number.isFinite(value) ? Number.NaN : 0;
}

/** As deep a recursion as the value, which `survey` has bounded. `for in` is measurably faster than a list of keys. */
function finiteMembersWithin(container: JsonObject | readonly Json[]): number {
  let members = 0;
  if (isArray(container)) for (let index = 0; index < container.length; index++) members += finiteMembers(container[index] as Json);
  else for (const key in container) members += 1 + finiteMembers(container[key] as Json);
  return members;
}

const escapedSurrogate = /\\u[dD][89a-fA-F]/;

/** In well-formed text only an escape can make a lone surrogate, so that the strings are seldom looked at. No key has an escape here. */
function isWellFormed(text: string, value: Json): boolean {
  if (!text.isWellFormed()) return false;
  return !(text.includes("\\u") && escapedSurrogate.test(text)) || stringsAreWellFormed(value);
}

function stringsAreWellFormed(value: Json): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return (isArray(value) ? value : Object.values(value)).every(stringsAreWellFormed);
}

const isArray: (value: Json) => value is readonly Json[] = Array.isArray;
