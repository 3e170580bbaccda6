/** Words from elsewhere, made harmless for places that take only text, as a label or a title. */

/** Control, format and separator characters that one does not see, and that can reorder or hide what one does. */
export const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\u115f\u1160\u3164\uffa0]/u;

/** Joiners that scripts and emoji need stand; alone they change nothing but how letters join. */
const needed = new Set(["\u200d", "\u200c", "\u00ad"]);

/** How an unseen character is shown: by its number. */
export function markOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export function isUnseen(character: string): boolean {
  return unseen.test(character) && !needed.has(character);
}

/** Marks on one letter: no script stacks more, and hundreds of them paint over the whole page. */
const stackedMax = 5;

/** The characters of a text, without marks that are stacked higher than any script does. */
export function* unstacked(text: string): Generator<string> {
  let stacked = 0;
  for (const character of text) {
    stacked = /^\p{Mark}$/u.test(character) ? stacked + 1 : 0;
    if (stacked <= stackedMax) yield character;
  }
}

/** On one line, at most `max` characters, with every unseen character written out. */
export function visible(text: string, max: number): string {
  const shown: string[] = [];
  for (const character of unstacked(text.slice(0, 2 * max))) {
    if (shown.length >= max) break;
    if (character === "\n" || character === "\t" || character === "\r") shown.push(" ");
    else shown.push(isUnseen(character) ? `[${markOf(character)}]` : character);
  }
  return text.length > shown.join("").length && shown.length >= max ? `${shown.join("")}…` : shown.join("");
}
