/** Closed member lists: in what delegation signs and sends, nothing may stand that is not listed (section 8). */
import { isAcceptableDid } from "../admission/control-payload.ts";
import { isOpId } from "../op/operation.ts";
import type { Json, JsonObject } from "../ports.ts";

export type Test = (value: Json) => boolean;

/** Member names with their tests; a trailing `?` marks those that may be absent. */
export type Members = Readonly<Record<string, Test>>;

/** Why a value is no object of exactly these members, in words; null when it is one. */
export function memberFault(value: Json | undefined, members: Members): string | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "it is no object";
  const object = value as JsonObject;
  const listed = new Map(Object.entries(members).map(([name, test]) => [name.replace(/\?$/, ""), { test, optional: name.endsWith("?") }]));
  for (const [name, { test, optional }] of listed) {
    if (!Object.hasOwn(object, name)) {
      if (!optional) return `member "${name}" is missing`;
    } else if (!test(object[name] as Json)) return `member "${name}" does not fit`;
  }
  const unknown = Object.keys(object).find((name) => !listed.has(name));
  return unknown === undefined ? null : `unknown member ${JSON.stringify(unknown.slice(0, 64))}`;
}

export const is =
  (...values: readonly Json[]): Test =>
  (value) =>
    values.includes(value);
export const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);
export const isText: Test = (value) => typeof value === "string";
export const isName: Test = (value) => typeof value === "string" && value !== "";
export const isNames: Test = (value) => Array.isArray(value) && value.every(isText);
/** An integer in 0 … 2^53 − 1. */
export const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** Integer milliseconds, negative allowed. */
export const isTime: Test = (value) => Number.isSafeInteger(value);
export const isConfidence: Test = (value) => typeof value === "number" && value > 0 && value <= 1;
export const isId: Test = isOpId;
export const isDid: Test = isAcceptableDid;
export const isRoot: Test = (value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value);
export const isHex =
  (digits: number): Test =>
  (value) =>
    typeof value === "string" && value.length === digits && /^[0-9a-f]*$/.test(value);
export const isAny: Test = () => true;
/** What the asker chose to be echoed: 1 to 128 characters. */
export const isNonce: Test = (value) => typeof value === "string" && value.length >= 1 && value.length <= 128;
