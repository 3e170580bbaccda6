/** Words in phrases: what to cut off, what says nothing, and which forms mean the same. */

/** Words that say nothing by themselves. */
export const emptyWords: ReadonlySet<string> = new Set(
  (
    "a an the this that these those my our your his her its their some any all each every both few more most other another such own same so " +
    "very really quite too just also only even still already now then today tonight yesterday tomorrow morning afternoon evening night noon " +
    "weekend week month year day daily weekly monthly i me we us you he him she it they them who whom whose which what when where why how " +
    "is are was were be been being am do does did done doing have has had having will would can could should may might must shall " +
    "of in on at by for with about against between into through during before after above below to from up down out off over under again " +
    "and or but if because as until while than not no nor there here please thing things stuff something anything everything nothing else one lot bit"
  ).split(" "),
);

/** Words of a text in lower case, letters and digits of any script, without empty words. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu) ?? [])
    .map((word) => word.replace(/['’]s$|['’-]+$/u, ""))
    .filter((word) => !emptyWords.has(word));
}

/** A word without the endings that English gives it: equal stems, one idea. Others' scripts stay as they are. */
export function stemOf(word: string): string {
  const plain = word.replace(/['’]s$/u, "");
  if (plain.length <= 3) return plain;
  const base = plain
    .replace(/ies$/u, "y")
    .replace(/(?<=[^s])s$/u, "")
    .replace(/(?:ing|ed|ation|ment)$/u, (ending) => (plain.length - ending.length >= 3 ? "" : ending));
  return base.replace(/([bdgklmnprt])\1$/u, "$1").replace(/e$/u, "");
}

export function stemsOf(text: string): string[] {
  return wordsOf(text).map(stemOf);
}

/** Share of the shorter phrase's stems that the longer one has. */
export function overlap(left: readonly string[], right: readonly string[]): number {
  const [few, many] = left.length <= right.length ? [left, new Set(right)] : [right, new Set(left)];
  const distinct = new Set(few);
  if (distinct.size === 0) return 0;
  let shared = 0;
  for (const stem of distinct) if (many.has(stem)) shared++;
  return shared / distinct.size;
}

const clauseEnd =
  /[,.;:!?()[\]{}"“”«»\n\r\t]|\s[-–—]+\s|—|\s(?:and|but|because|since|so|which|who|that|when|while|where|if|though|although|unless|after|before|until|than|as|yet|plus)\s/iu;

/** The text up to where its clause ends, without article, at most `most` words; empty when nothing is left. */
export function clauseOf(text: string, most: number): string {
  const end = clauseEnd.exec(text);
  const words = (end === null ? text : text.slice(0, end.index)).trim().split(/\s+/u);
  while (words.length > 0 && /^(?:a|an|the|some|my|our|any|this|that|these|those|very|really|so)$/iu.test(words[0] ?? "")) words.shift();
  if (words.length > most) return "";
  while (words.length > 0 && emptyWords.has((words.at(-1) ?? "").toLowerCase())) words.pop();
  return words.join(" ");
}

/** A phrase as an object: one form of blanks, no signs at its ends, lower case but for names. */
export function tidy(phrase: string): string {
  const clean = phrase
    .normalize("NFC")
    .replace(/[\p{C}\s“”„«»"]+/gu, " ")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})%]+$/gu, "");
  return clean.slice(0, 120);
}

/** As `tidy`, in lower case: for what is no name. */
export function plain(phrase: string): string {
  return tidy(phrase).toLowerCase();
}

/** `Ada Lovelace` → `ada-lovelace`; empty when no letter or digit is left. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’]/gu, "")
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, "-")
    .replace(/^-+|-+$/gu, "")
    .slice(0, 80);
}
