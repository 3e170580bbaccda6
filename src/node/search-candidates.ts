/** The rows among which the best are: found by the store, to be ranked one by one. */
import type { Reader, SearchQuery, SearchRow, SearchWord } from "../store/index.ts";
import type { Question } from "./search-question.ts";
import { usualZone } from "./search-times.ts";
import { markOf } from "./search-words.ts";

/** Rows that are weighed to find the best: more take longer than a person notices. */
const weighedMax = 4_000;

interface Part {
  readonly having: number;
  readonly words: readonly SearchWord[];
}

/**
 * The rows that may be among the best. What very many rows have tells few of them apart, and would have to be weighed in all
 * of them: rows are found by what is rarer, and ranked by all of it. With a time, also the best of that time: words alone might
 * fill the list with others.
 */
export async function candidateRows(
  reader: Reader,
  question: Question,
  query: Omit<SearchQuery, "any">,
): Promise<{ rows: SearchRow[]; more: boolean }> {
  const rows = await reader.search({ ...query, any: findingWords(question) });
  const more = rows.length === query.limit;
  const [said, named] = [saidParts(question.words), timeParts(question.times)];
  if (!more || said.length === 0 || named.length === 0) return { rows, more };
  const timely = await reader.search({ ...query, any: rarest(said), all: [...(query.all ?? []), named.flatMap(({ words }) => words)] });
  return { rows: [...new Map([...rows, ...timely].map((row) => [row.id, row])).values()], more };
}

/** The words of a question by which rows are found, when times may stand in any of them. */
export function findingWords({ words, times }: Question): SearchWord[] {
  return rarest([...saidParts(words), ...timeParts(times)]);
}

function saidParts(words: Question["words"]): Part[] {
  return words.map((word) => ({ having: word.having, words: [word] }));
}

function timeParts(times: Question["times"]): Part[] {
  return times.map(({ words, having }) => ({ having, words: words.map((word) => ({ word, field: "dates" })) }));
}

/** The words of the rarest, as long as not too many rows have them; of one at least. */
function rarest(parts: readonly Part[]): SearchWord[] {
  let weighed = 0;
  return parts
    .toSorted((left, right) => left.having - right.having)
    .filter(({ having }, index) => {
      weighed += having;
      return index === 0 || weighed <= weighedMax;
    })
    .flatMap((part) => part.words);
}

/** Rows that are asked for a clock when the candidates have none. */
const clocks = 200;

/** How far its owner's clock usually is ahead of UTC, ms. */
export async function zoneOfOwner(reader: Reader, rows: readonly SearchRow[]): Promise<number> {
  const minutes = usualZone(rows) ?? usualZone(await reader.search({ any: [], limit: clocks })) ?? 0;
  return minutes * 60_000;
}

const assistantMark = markOf("said", "assistant");
/** What an assistant said is no word of its owner's. */
const assistantDiscount = 0.7;

/** Lowers what is worth less for what it is. */
export function discountOf({ words }: SearchRow): number {
  return words.kind.includes(assistantMark) ? assistantDiscount : 1;
}
