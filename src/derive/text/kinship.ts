/** What people are to each other: words as they are used, and the kind that each means. */

const family: Readonly<Record<string, readonly string[]>> = {
  father: ["father", "dad", "daddy", "papa"],
  mother: ["mother", "mom", "mum", "mommy", "mummy", "mama"],
  wife: ["wife"],
  husband: ["husband"],
  spouse: ["spouse"],
  partner: ["partner", "life partner", "domestic partner", "domestic-partner", "significant other"],
  girlfriend: ["girlfriend"],
  boyfriend: ["boyfriend"],
  fiance: ["fiance", "fiancé", "fiancee", "fiancée"],
  son: ["son", "little boy", "baby boy"],
  daughter: ["daughter", "little girl", "baby girl"],
  child: ["child", "kid"],
  brother: ["brother"],
  sister: ["sister"],
  sibling: ["sibling"],
  grandfather: ["grandfather", "grandpa", "granddad"],
  grandmother: ["grandmother", "grandma", "granny", "nana"],
  grandson: ["grandson"],
  granddaughter: ["granddaughter"],
  uncle: ["uncle"],
  aunt: ["aunt", "auntie", "aunty"],
  cousin: ["cousin"],
  nephew: ["nephew"],
  niece: ["niece"],
  "father-in-law": ["father-in-law"],
  "mother-in-law": ["mother-in-law"],
  "brother-in-law": ["brother-in-law"],
  "sister-in-law": ["sister-in-law"],
  "son-in-law": ["son-in-law"],
  "daughter-in-law": ["daughter-in-law"],
  stepfather: ["stepfather", "stepdad"],
  stepmother: ["stepmother", "stepmom", "stepmum"],
  godfather: ["godfather"],
  godmother: ["godmother"],
  relative: ["relative"],
};

const work: Readonly<Record<string, readonly string[]>> = {
  colleague: ["colleague", "co-worker", "coworker", "workmate", "teammate", "work colleague", "peer"],
  boss: ["boss", "manager", "supervisor", "team lead", "team leader", "squad leader", "line manager", "superior", "department head"],
  employee: ["employee", "direct report", "subordinate"],
  assistant: ["assistant", "secretary"],
  mentor: ["mentor", "master"],
  apprentice: ["apprentice", "mentee", "trainee", "intern"],
  client: ["client", "customer"],
  supplier: ["supplier", "vendor"],
  "business partner": ["business partner", "co-founder", "cofounder"],
};

const others: Readonly<Record<string, readonly string[]>> = {
  friend: ["friend", "pal", "mate", "bestie", "buddy"],
  student: ["student", "pupil"],
  teacher: ["teacher", "tutor", "instructor", "professor"],
  coach: ["coach", "trainer", "personal trainer"],
  classmate: ["classmate", "schoolmate", "fellow student"],
  roommate: ["roommate", "flatmate", "housemate"],
  neighbour: ["neighbor", "neighbour"],
  landlord: ["landlord", "landlady"],
  doctor: ["doctor", "gp", "physician"],
  dentist: ["dentist"],
  therapist: ["therapist", "psychologist"],
  lawyer: ["lawyer", "solicitor", "attorney"],
  accountant: ["accountant", "tax adviser", "tax advisor"],
  babysitter: ["babysitter", "nanny", "childminder"],
};

const kinds = new Map(
  Object.entries({ ...family, ...work, ...others }).flatMap(([kind, forms]) => forms.map((form) => [form, kind] as const)),
);

const modifiers =
  "(?:(?:eldest|oldest|older|elder|younger|youngest|middle|first|second|third|little|big|baby|twin|only|late|best|closest|close|good|dear|old|former|ex|" +
  "childhood|school|college|university|uni|primary school|elementary school|middle school|junior high school|junior high|high school|work|office|gym|" +
  "running|hiking|cycling|climbing|tennis|golf|football|fishing|chess|travel|drinking|senior|junior|fellow|direct|new|current)[ -])*";
const forms = [...kinds.keys()].sort((left, right) => right.length - left.length).map((form) => form.replace(/[-]/g, "[- ]"));

/** One word of kinship with what is said of it before: `eldest son`, `childhood friend`. */
export const kindPattern = `${modifiers}(?:${forms.join("|")})`;

/** Relations that a person has in one family; of some everyone has, so that to have them is nothing to know. */
export const nearest: ReadonlySet<string> = new Set(
  "wife husband spouse partner girlfriend boyfriend fiance son daughter child brother sister".split(" "),
);
export const partners: ReadonlySet<string> = new Set("wife husband spouse partner girlfriend boyfriend fiance".split(" "));
export const children: ReadonlySet<string> = new Set("son daughter child".split(" "));
export const kin: ReadonlySet<string> = new Set(Object.keys(family));
export const atWork: ReadonlySet<string> = new Set(Object.keys(work));

/** Kinds that say the same as others, less exactly. */
const general: Readonly<Record<string, readonly string[]>> = {
  spouse: ["wife", "husband"],
  partner: ["wife", "husband", "girlfriend", "boyfriend", "fiance", "spouse"],
  child: ["son", "daughter"],
  sibling: ["brother", "sister"],
  relative: Object.keys(family),
  colleague: Object.keys(work),
  friend: Object.keys(others),
};

/** Whether the one kind says the same as the other, only less exactly. */
export function isGenerally(kind: string, exact: string): boolean {
  return kind !== exact && (general[kind] ?? []).includes(exact);
}

/** The kind that a phrase means, by its last word of kinship: `Eldest son` → `son`; null when it means none. */
export function kindOf(phrase: string): string | null {
  const text = phrase
    .toLowerCase()
    .replace(/[^\p{L}\s'-]+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim();
  if (text === "" || text.length > 60) return null;
  const words = text.split(" ");
  for (const take of [3, 2, 1]) {
    const tail = words.slice(-take).join(" ");
    const kind = kinds.get(tail) ?? kinds.get(tail.replace(/(?<=[^s])s$/u, ""));
    if (kind !== undefined) return kind;
  }
  return null;
}

/** The phrase, when it says a kind of relation and nothing else but its modifiers: `childhood friend`. */
export function pureKind(phrase: string): { readonly kind: string; readonly told: string } | null {
  const told = phrase
    .trim()
    .toLowerCase()
    .replace(/^(?:my|our)\s+/u, "")
    .replace(/[.!]+$/u, "")
    .replace(/\s+/gu, " ");
  const kind = new RegExp(`^${kindPattern}s?$`, "iu").test(told) ? kindOf(told) : null;
  return kind === null ? null : { kind, told: told.replace(/(?<=mate|friend)s$/u, "") };
}
