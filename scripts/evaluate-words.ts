/** Comparing phrases by normalised tokens. The evaluation has its own: it does not judge rules by their own reading. */

const empty = new Set(
  "a an the of in on at by for with and or to from as is are was were be been has have had my our your his her their i we you he she it they this that these those not no".split(
    " ",
  ),
);
/** Words that name the sort of a place, not the place. */
const generic = new Set("city province district road street avenue county town number no the north south east west middle".split(" "));

export function tokens(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !empty.has(word)).map(stem);
}

/** Tokens that name something: without those that only name its sort. */
export function names(text: string): string[] {
  const all = tokens(text);
  const proper = all.filter((word) => !generic.has(word));
  return proper.length > 0 ? proper : all;
}

function stem(word: string): string {
  const bare = word.length > 4 ? word.replace(/(?:ies|ing|ed|ers?|ist|ians?|s)$/u, "") : word;
  return bare
    .replace(/(.)\1$/u, "$1")
    .replace(/e$/u, "")
    .slice(0, 7);
}

/** Share of the first list's tokens that are in the second; forms of one word count when they begin alike. */
export function share(of: readonly string[], among: readonly string[]): number {
  const distinct = [...new Set(of)];
  if (distinct.length === 0) return 0;
  return distinct.filter((word) => among.some((other) => alike(word, other))).length / distinct.length;
}

function alike(left: string, right: string): boolean {
  if (left === right) return true;
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  return short.length >= 4 && long.startsWith(short);
}

/** Share of the shorter one's tokens that both have. */
export function overlap(left: readonly string[], right: readonly string[]): number {
  return new Set(left).size <= new Set(right).size ? share(left, right) : share(right, left);
}

const kin: readonly (readonly string[])[] = [
  ["spouse", "wife", "husband", "partner", "married"],
  ["son", "child", "boy"],
  ["daughter", "child", "girl"],
  ["father", "dad"],
  ["mother", "mom", "mum"],
  ["workmate", "colleague", "coworker", "peer", "teammate", "apprentice", "mentor", "master"],
  ["manager", "boss", "leader", "supervisor", "head"],
  ["friend", "buddy", "pal"],
  ["classmate", "schoolmate"],
  ["neighbor", "neighbour"],
  ["customer", "client"],
  ["teacher", "tutor", "master", "mentor"],
  ["coach", "trainer"],
];

/** Two words for the same relation, or phrases of which one has the other's last word. */
export function isSameRelation(left: string, right: string): boolean {
  const [a, b] = [left, right].map((phrase) =>
    (phrase.toLowerCase().match(/[a-z]+(?:-in-law)?/g) ?? []).map((word) => word.replace(/s$/, "")),
  );
  const last = (words: readonly string[] | undefined) => words?.at(-1) ?? "";
  if (last(a) === last(b)) return true;
  return kin.some((group) => a?.some((word) => group.includes(word)) && b?.some((word) => group.includes(word)));
}

export function isPerson(subject: string, name: string): boolean {
  const slug = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return subject === `person:${slug}` || subject.startsWith(`person:${slug}-`);
}
