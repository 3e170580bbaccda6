/** Names of people in English text: one to three words with a capital. */
export const namePattern = "\\p{Lu}[\\p{L}\\p{M}'’-]*\\p{L}(?:\\s\\p{Lu}[\\p{L}\\p{M}'’.-]*\\p{L}){0,2}";

/** Capitalised for other reasons than being a name. */
const noNames: ReadonlySet<string> = new Set(
  (
    "i we you he she it they my our his her their the a an this that these those and or but so if as at in on to for from with by of " +
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december " +
    "today tomorrow yesterday tonight morning afternoon evening night weekend christmas easter new year eve happy dear hello hi hey thanks thank please yes no ok okay well " +
    "mr mrs ms miss dr prof sir madam mom mum dad mama papa mother father wife husband son daughter brother sister uncle aunt grandma grandpa grandmother grandfather " +
    "friend colleague boss manager doctor teacher everyone everybody someone family kids children team group me us them who what when where why how " +
    "also then there here after before during while when because just still again maybe perhaps remember note planned plan meet call lunch dinner breakfast coffee tea " +
    "birthday anniversary wedding party trip meeting school work home office company project class course exam training park street road avenue district city"
  ).split(" "),
);

/** The name at the beginning of what follows a word of kinship; empty when it is none. */
export function personName(text: string): string {
  const words = text
    .replace(/['’]s\b.*$/su, "")
    .trim()
    .split(/\s+/u);
  const name: string[] = [];
  for (const word of words) {
    const bare = word.replace(/[.,'’-]+$/u, "");
    if (noNames.has(bare.toLowerCase())) break;
    name.push(bare);
  }
  const whole = name.join(" ");
  return whole.length >= 2 && whole.length <= 60 ? whole : "";
}

/** Titles that stand before a name and are no part of it. */
export function withoutTitle(name: string): string {
  return name.replace(/^(?:mr|mrs|ms|miss|dr|prof|sir|madam)\.?\s+/iu, "").trim();
}

const address =
  /^(?:mr|mrs|ms|miss|dr|prof|old|young|little|big|lao|xiao|uncle|auntie?|brother|sister|grandpa|grandma|master|engineer|manager|director|boss|teacher|captain|coach|nurse|doctor|officer|chief|don|doña|frau|herr|monsieur|madame|señora?|tante|onkel)\.?\s+\S+$/iu;

/** A form of address with one name (`Uncle Bob`, `Engineer Weber`): it tells whom only to those who know. */
export function isAddress(name: string): boolean {
  return address.test(name.trim());
}
