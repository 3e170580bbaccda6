/** English word stems by M. F. Porter's algorithm (1980), so that `meeting`, `meetings` and `meets` are one word. */

type Rule = readonly [ending: string, instead: string];

const step2: readonly Rule[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["abli", "able"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
];

const step3: readonly Rule[] = [
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ful", ""],
  ["ness", ""],
];

const step4 = [
  ...["ement", "ment", "ance", "ence", "able", "ible", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize"],
  ...["ion", "al", "er", "ic", "ou"],
];

/** Forms that no rule leads back to their verb or noun. */
const irregular: ReadonlyMap<string, string> = new Map(
  Object.entries({
    be: "been",
    begin: "began begun",
    bring: "brought",
    build: "built",
    buy: "bought",
    catch: "caught",
    child: "children",
    choose: "chose chosen",
    drink: "drank drunk",
    drive: "drove driven",
    eat: "ate eaten",
    fall: "fell fallen",
    find: "found",
    fly: "flew flown",
    foot: "feet",
    forget: "forgot forgotten",
    get: "got gotten",
    give: "gave given",
    go: "went gone",
    hear: "heard",
    hold: "held",
    keep: "kept",
    know: "knew known",
    learn: "learnt",
    leave: "left",
    lose: "lost",
    make: "made",
    man: "men",
    meet: "met",
    mouse: "mice",
    pay: "paid",
    person: "people",
    ride: "rode ridden",
    run: "ran",
    say: "said",
    see: "saw seen",
    sell: "sold",
    send: "sent",
    sing: "sang sung",
    sleep: "slept",
    speak: "spoke spoken",
    spend: "spent",
    swim: "swam swum",
    take: "took taken",
    teach: "taught",
    tell: "told",
    think: "thought",
    tooth: "teeth",
    wear: "wore worn",
    win: "won",
    woman: "women",
    write: "wrote written",
  }).flatMap(([word, forms]) => forms.split(" ").map((form) => [form, word] as const)),
);

/** The stem of a lower-case word of the letters a to z. */
export function stemOf(form: string): string {
  const word = irregular.get(form) ?? form;
  if (word.length < 3) return word;
  let stem = pastAndPlural(word);
  if (stem.endsWith("y") && hasVowel(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  stem = replaced(stem, step2);
  stem = replaced(stem, step3);
  stem = withoutSuffix(stem);
  if (stem.endsWith("e")) {
    const rest = stem.slice(0, -1);
    if (measure(rest) > 1 || (measure(rest) === 1 && !isShort(rest))) stem = rest;
  }
  return stem.endsWith("ll") && measure(stem) > 1 ? stem.slice(0, -1) : stem;
}

/** Step 1: plurals, -ed and -ing. */
function pastAndPlural(word: string): string {
  let stem = word;
  if (stem.endsWith("sses") || stem.endsWith("ies")) stem = stem.slice(0, -2);
  else if (stem.endsWith("s") && !stem.endsWith("ss")) stem = stem.slice(0, -1);
  if (stem.endsWith("eed")) return measure(stem.slice(0, -3)) > 0 ? stem.slice(0, -1) : stem;
  const ending = stem.endsWith("ed") ? 2 : stem.endsWith("ing") ? 3 : 0;
  const rest = stem.slice(0, stem.length - ending);
  if (ending === 0 || !hasVowel(rest)) return stem;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/([^aeiou])\1$/.test(rest) && !/[lsz]$/.test(rest)) return rest.slice(0, -1);
  return measure(rest) === 1 && isShort(rest) ? `${rest}e` : rest;
}

function replaced(word: string, rules: readonly Rule[]): string {
  for (const [ending, instead] of rules) {
    if (!word.endsWith(ending)) continue;
    const rest = word.slice(0, -ending.length);
    return measure(rest) > 0 ? rest + instead : word;
  }
  return word;
}

function withoutSuffix(word: string): string {
  const ending = step4.find((each) => word.endsWith(each));
  if (ending === undefined) return word;
  const rest = word.slice(0, -ending.length);
  return measure(rest) > 1 && (ending !== "ion" || /[st]$/.test(rest)) ? rest : word;
}

/** C for a consonant and V for a vowel; y is a vowel after a consonant. */
function sounds(word: string): string {
  let found = "";
  for (const letter of word) found += "aeiou".includes(letter) || (letter === "y" && found.endsWith("C")) ? "V" : "C";
  return found;
}

/** How many times a vowel is followed by a consonant. */
function measure(word: string): number {
  return sounds(word).match(/VC/g)?.length ?? 0;
}

function hasVowel(word: string): boolean {
  return sounds(word).includes("V");
}

/** Ends consonant, vowel, consonant, the last none of w, x, y. */
function isShort(word: string): boolean {
  return sounds(word).endsWith("CVC") && !/[wxy]$/.test(word);
}
