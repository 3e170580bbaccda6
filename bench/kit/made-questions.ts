/**
 * Questions made from a memory itself, by the same sentences: some that it can answer and some that it cannot. Foreign ones name a
 * person, a place or a thing that does not occur in it, familiar ones a person or a thing that does. Crossed ones have only what
 * occurs, in a combination that does not (a person and a thing that no item has together, a thing in a month in which nothing
 * has it), met ones in one that does. Only by knowing which, and not by how a question is put, can they be told apart.
 */
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { searchRowOf } from "../../src/node/search-index.ts";
import { wordsOf } from "../../src/node/search-words.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";

const strangers = (
  "Ottoline Bartholomew Xiomara Thaddeus Ingeborg Caoimhe Zbigniew Philippa Ngozi Tuulikki Rosalind Giancarlo Svetlana Cornelius " +
  "Anneliese Hortense Kwabena Yevgenia"
).split(" ");
const towns = (
  "Reykjavik Valparaiso Ljubljana Antananarivo Bergamo Tromsø Winnipeg Montevideo Tbilisi Galway Zanzibar Thessaloniki Aberdeen Cusco " +
  "Gdansk Marrakesh"
).split(" ");
const pursuits = (
  "beekeeping|falconry|scuba diving|playing cello|the pottery wheel|ballroom tango|orienteering|the harpsichord|origami cranes|" +
  "mushroom foraging|the rowing regatta|stained glass|cheesemaking|astrophotography|foil fencing|the bagpipes"
).split("|");
const months = "January February March April May June July August September October November December".split(" ");

/** Sentences about one person, place or thing: of something that is in the memory they can be answered, as far as it goes. */
const aboutOne = {
  person: [
    "When did I last talk to {x}?",
    "What did {x} tell me about the new job?",
    "Which restaurant did {x} recommend to me?",
    "What gift did I buy for {x}'s birthday?",
    "What did {x} and I discuss on the phone in {month}?",
  ],
  place: [
    "When did I travel to {x}?",
    "Which hotel did I stay at in {x} in {month}?",
    "Who came with me on the weekend trip to {x}?",
    "How much did the train ticket to {x} cost?",
  ],
  thing: [
    "When did I start with {x}?",
    "Who teaches me {x} on weekends?",
    "How much did I pay for {x} in {month}?",
    "What did my family say about {x}?",
  ],
} as const;
/** Those whose other words ask for nothing that a memory need not have. */
const plainOnes = { person: ["When did I last talk to {x}?", "Who is {x}?"], thing: ["When was {x}?", "What happened at {x}?"] } as const;

const aboutTwo = {
  person: [
    "What did {x} say to me about {y}?",
    "Why was {x} late for {y}?",
    "How did {x} help me with {y}?",
    "What did {x} bring along to {y}?",
  ],
  month: ["What was decided at {y} in {month}?", "Who was with me at {y} in {month}?", "What went wrong with {y} in {month}?"],
} as const;

export interface MadeQuestion {
  readonly kind: "foreign" | "crossed" | "familiar" | "met";
  readonly question: string;
  /** What answers it; nothing answers foreign and crossed ones. */
  readonly evidence: ReadonlySet<OpId>;
}

interface Row {
  readonly id: OpId;
  readonly words: ReadonlySet<string>;
}

interface Making {
  readonly random: SeededRandom;
  readonly rows: readonly Row[];
  readonly people: readonly string[];
  readonly things: readonly string[];
}

const tries = 20_000;

/** `count` of each kind at most, the same for the same memory. */
export function madeQuestions(ops: readonly Envelope[], count: number): MadeQuestion[] {
  const rows = ops.flatMap((op) => {
    const row = searchRowOf(op);
    return row ? { id: row.id, words: new Set(Object.values(row.words).flat()) } : [];
  });
  const [people, things] = [titlesOf(ops, "contact", "name"), titlesOf(ops, "event", "summary")];
  const making = { random: seededRandom(7), rows, people, things };
  return [
    ...some("foreign", count, () => foreign(making)),
    ...some("familiar", count, () => familiar(making)),
    ...some("crossed", count, () => pair(making, false)),
    ...some("met", count, () => pair(making, true)),
  ];
}

type Made = Omit<MadeQuestion, "kind"> | null;

function some(kind: MadeQuestion["kind"], count: number, make: () => Made): MadeQuestion[] {
  const made = new Map<string, MadeQuestion>();
  for (let tried = 0; made.size < count && tried < tries; tried++) {
    const one = make();
    if (one) made.set(one.question, { kind, ...one });
  }
  return [...made.values()];
}

function filled(template: string, x: string, y: string, month: string): string {
  return template.replace("{x}", x).replace("{y}", y).replace("{month}", month);
}

function foreign({ random, rows }: Making): Made {
  const kind = random.pick(["person", "place", "thing"] as const);
  const x = random.pick({ person: strangers, place: towns, thing: pursuits }[kind]);
  if (having(rows, wordsOf(x), 1).length > 0) return null;
  return { question: filled(random.pick<string>(aboutOne[kind]), x, "", random.pick(months)), evidence: new Set() };
}

function familiar({ random, rows, people, things }: Making): Made {
  const kind = random.pick(["person", "thing"] as const);
  const x = random.pick(kind === "person" ? people : things);
  const question = filled(random.pick<string>(plainOnes[kind]), kind === "person" ? x : spoken(x), "", "");
  return { question, evidence: new Set(having(rows, wordsOf(x)).map(({ id }) => id)) };
}

function pair({ random, rows, people, things }: Making, met: boolean): Made {
  const kind = random.pick(["person", "month"] as const);
  const [x, y, month] = [random.pick(people), random.pick(things), random.pick(months)];
  const both = having(having(rows, wordsOf(y)), wordsOf(kind === "person" ? x : month));
  // Half of a thing's words beside the other: there may be an answer then, which is not the one that is meant.
  const words = [...new Set(wordsOf(y))];
  if (met ? both.length === 0 : having(having(rows, wordsOf(kind === "person" ? x : month)), words, words.length / 2).length > 0)
    return null;
  return { question: filled(random.pick<string>(aboutTwo[kind]), x, spoken(y), month), evidence: new Set(both.map(({ id }) => id)) };
}

/** Rows that have all of these words, or so many of them. */
function having(rows: readonly Row[], words: readonly string[], least = words.length): Row[] {
  return rows.filter((row) => words.filter((word) => row.words.has(word)).length >= least);
}

/** As one says a title in the middle of a sentence: no capitals, no full stop. */
function spoken(title: string): string {
  return title.toLowerCase().replace(/[.!?]+$/, "");
}

/** Names of contacts, or of events, each once: of two words or more, which are then hardly met elsewhere by chance. */
function titlesOf(ops: readonly Envelope[], kind: string, member: string): string[] {
  const found = ops.flatMap(({ payload = {} }) => {
    const title = payload["kind"] === kind ? (payload["content"] as JsonObject)[member] : undefined;
    return typeof title === "string" && wordsOf(title).length >= 2 && title.length <= 60 ? title : [];
  });
  return [...new Set(found)].sort();
}
