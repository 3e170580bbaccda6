import type { Json } from "../../../core/ports.ts";
import { numberOf, withValues } from "../json-fields.ts";
import type { Attributes } from "./elements.ts";
import { contactOf, numbersOf, told } from "./fields.ts";

const directions: Readonly<Record<string, string>> = {
  1: "incoming",
  2: "outgoing",
  3: "missed",
  4: "voicemail",
  5: "rejected",
  6: "blocked",
  7: "incoming",
};

/** What a call's element tells. A hidden number is none. */
export function callOf(attributes: Attributes): Record<string, Json> {
  return withValues({
    number: numbersOf(attributes, "number")[0],
    name: contactOf(attributes),
    direction: directions[told(attributes, "type") ?? ""],
    duration_s: numberOf(told(attributes, "duration")),
  });
}
