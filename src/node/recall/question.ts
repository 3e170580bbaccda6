/** A question as recall understands it: its words and times, and the predicates that its words ask for. */
import type { WordCounts } from "../../store/index.ts";
import { type ParsedQuestion, parseQuestion, type Question, weighQuestion } from "../search-question.ts";
import { cuedMarks } from "./cues.ts";

export interface Understood extends ParsedQuestion {
  /** Of each token, marks of the predicates that it asks for. */
  readonly cues: readonly (readonly string[])[];
}

/** With what each word and time tells, by the rows that the asker may know of. */
export type CuedQuestion = Question & Pick<Understood, "cues" | "tokens">;

export function understand(text: string, now: number, zone: string | undefined): Understood {
  const parsed = parseQuestion(text, wallClock(now, zone));
  return { ...parsed, cues: parsed.tokens.map(({ word }) => cuedMarks(word)) };
}

export function weigh(understood: Understood, counts: WordCounts): CuedQuestion {
  const { words, times } = weighQuestion(understood, counts);
  return { words, times, cues: understood.cues, tokens: understood.tokens };
}

/** The clock on the asker's wall, as if it showed UTC; UTC itself where the zone is none that this machine knows. */
function wallClock(now: number, zone: string | undefined): number {
  if (zone === undefined) return now;
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
    const name = format.formatToParts(now).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return sign === undefined ? now : now + (sign === "-" ? -60_000 : 60_000) * (60 * Number(hours) + Number(minutes));
  } catch {
    return now;
  }
}
