/** Days as people say them, where a claim has them in the form of ISO 8601, and what happens every year on one. */
import { fillTemplate, templateSentence, type WriteValue } from "../core/claim/sentence.ts";
import type { Json, JsonObject } from "../core/ports.ts";

const months = "January February March April May June July August September October November December".split(" ");

/** `2026-10-22` is 22 October 2026, and `--10-22`, of every year, 22 October; null for what is no day. */
export function spokenDay(text: string): string | null {
  const [, year, month, day] = /^(\d{4}|-)-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const name = months[Number(month) - 1];
  if (name === undefined || Number(day) < 1 || Number(day) > 31) return null;
  return `${Number(day)} ${name}${year === "-" ? "" : ` ${year}`}`;
}

function isYearly(value: Json | undefined): value is string {
  return typeof value === "string" && value.startsWith("--") && spokenDay(value) !== null;
}

/** The registry's, which is frozen, has a comma for its `on`: it fits any date, a season too. */
const onDayOfYear = "{subject} usually does {object.what} every year on {object.date}";

/** As `templateSentence`, with days of every year said: what a person reads. A whole date stays as it is, by which lists sort. */
export function readSentence(payload: JsonObject, write: WriteValue): string | null {
  const said: WriteValue = (value) => (isYearly(value) ? (spokenDay(value) ?? value) : write(value));
  const { predicate, object } = payload;
  const date = predicate === "schedule.yearly" ? (object as JsonObject | null | undefined)?.["date"] : undefined;
  return isYearly(date) ? fillTemplate(onDayOfYear, payload, said) : templateSentence(payload, said);
}
