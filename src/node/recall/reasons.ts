/** Why something was found, in a few words each. */
import type { CuedQuestion } from "./question.ts";
import type { Matched } from "./signs.ts";

/** Words that are told, the rarest. */
const toldMax = 6;

export function reasonsOf(question: CuedQuestion, { match, cued, score, near }: Matched): string[] {
  const { words, tokens, times } = question;
  const written = (is: (index: number) => boolean) =>
    words
      .map(({ rarity }, index) => ({ rarity, index }))
      .filter(({ index }) => is(index))
      .sort((left, right) => right.rarity - left.rarity)
      .slice(0, toldMax)
      .map(({ index }) => tokens[index]?.text ?? "");
  const said = written((index) => (match.words[index] ?? []).length > 0);
  const meant = written((index) => cued[index] === true);
  const of = times.flatMap((time, index) => (match.times[index] === "of it" ? time.said : []));
  const named = times.flatMap((time, index) => (match.times[index] === "named" ? time.said : []));
  const reasons = [
    ...(said.length > 0 ? [`says ${listed(said)}`] : []),
    ...(of.length > 0 ? [`is of the time asked for: ${listed(of)}`] : []),
    ...(named.length > 0 ? [`names the day asked for: ${listed(named)}`] : []),
    ...(meant.length > 0 ? [`tells what ${listed(meant)} asks for`] : []),
    ...(near ? ["means nearly what was asked"] : []),
  ];
  // Without anything of the question, a score can only come from what it stands beside.
  return reasons.length === 0 && score > 0 ? ["is of about the same time as a better one"] : reasons;
}

function listed(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word)).join(", ");
}
