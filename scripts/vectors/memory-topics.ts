/** Part `memory`: steps 6 and 7 of the claim view: statements that compete, and those that stand side by side. */

import type { Log } from "./log-builder.ts";
import { home, judge, likes, remove, say, type Verdicts, view } from "./memory-view.ts";
import type { Vector } from "./vector.ts";

const superseded: readonly Vector[] = [
  view("superseded", "MEM-15", "Of two statements about one topic of cardinality one the later stays.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo");
    say(log, "bergen", "laptop", home, "Bergen");
    return { statuses: { oslo: "superseded", bergen: "active" }, conflicts: [{ winner: "bergen", losers: ["oslo"] }] };
  }),
  view("superseded-same-lamport", "MEM-15", "Written at the same time: the higher op_id stays.", (log) => {
    const oslo = say(log, "oslo", "laptop", home, "Oslo", {}, { after: ["add-inbox"] });
    const bergen = say(log, "bergen", "phone", home, "Bergen", {}, { after: ["add-inbox"] });
    const [winner, loser] = oslo > bergen ? ["oslo", "bergen"] : ["bergen", "oslo"];
    return { statuses: { [winner]: "active", [loser]: "superseded" }, conflicts: [{ winner, losers: [loser] }] };
  }),
  view("superseded-by-user", "MEM-15", "What the user stated comes before what was imported later.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo");
    say(log, "bergen", "inbox", home, "Bergen");
    return { statuses: { oslo: "active", bergen: "superseded" }, conflicts: [{ winner: "oslo", losers: ["bergen"] }] };
  }),
  view("superseded-by-endorsed", "MEM-15", "So does what the user endorsed.", (log) => {
    judge(log, "endorsement", "endorsement", say(log, "oslo", "inbox", home, "Oslo"));
    say(log, "bergen", "inbox", home, "Bergen");
    return { statuses: { oslo: "active", bergen: "superseded" }, conflicts: [{ winner: "oslo", losers: ["bergen"] }] };
  }),
  view("superseded-endorsement-contested", "MEM-15", "An endorsement that is not in force does not count.", (log) => {
    judge(log, "endorsement", "endorsement", say(log, "oslo", "inbox", home, "Oslo"), "phone");
    say(log, "bergen", "inbox", home, "Bergen");
    remove(log, "phone");
    return { statuses: { oslo: "superseded", bergen: "active" }, conflicts: [{ winner: "bergen", losers: ["oslo"] }] };
  }),
  view(
    "superseded-best-claim-counts",
    "MEM-15",
    "A statement ranks by the best of its claims: the user's, though an importer's is newer.",
    (log) => {
      say(log, "stated", "laptop", home, "Oslo");
      say(log, "bergen", "inbox", home, "Bergen");
      say(log, "imported", "inbox", home, "Oslo");
      return {
        statuses: { stated: "active", imported: "active", bergen: "superseded" },
        conflicts: [{ winner: "stated", losers: ["bergen"] }],
      };
    },
  ),
  view("superseded-corroborated", "MEM-15", "Equal statements corroborate each other: Oslo was said last.", (log) => {
    say(log, "oslo", "inbox", home, "Oslo");
    say(log, "bergen", "inbox", home, "Bergen");
    say(log, "oslo-again", "inbox", home, "Oslo");
    return {
      statuses: { oslo: "active", "oslo-again": "active", bergen: "superseded" },
      conflicts: [{ winner: "oslo-again", losers: ["bergen"] }],
    };
  }),
  view("superseded-two-losers", "MEM-15", "One statement stays, all others lose to it.", (log) => {
    for (const town of ["oslo", "bergen", "narvik"]) say(log, town, "laptop", home, town);
    return {
      statuses: { oslo: "superseded", bergen: "superseded", narvik: "active" },
      conflicts: [{ winner: "narvik", losers: ["oslo", "bergen"] }],
    };
  }),
  view(
    "superseded-only-by-active",
    "MEM-15",
    "Only an active statement supersedes: Oslo overlaps Bergen alone, and Bergen lost.",
    (log) => {
      say(log, "oslo", "laptop", home, "Oslo", { valid_from: 0, valid_until: 20 });
      say(log, "bergen", "laptop", home, "Bergen", { valid_from: 10, valid_until: 40 });
      say(log, "narvik", "laptop", home, "Narvik", { valid_from: 30 });
      return {
        statuses: { oslo: "active", bergen: "superseded", narvik: "active" },
        conflicts: [{ winner: "narvik", losers: ["bergen"] }],
      };
    },
  ),
  view("superseded-supports", "MEM-15", "A superseded claim still supports what is derived from it.", (log) => {
    const oslo = say(log, "oslo", "inbox", home, "Oslo");
    say(log, "skis", "inbox", likes, "skiing", { derived_from: [oslo] });
    say(log, "bergen", "inbox", home, "Bergen");
    return { statuses: { oslo: "superseded", skis: "active", bergen: "active" }, conflicts: [{ winner: "bergen", losers: ["oslo"] }] };
  }),
  view("superseded-back", "MEM-15", "The winner is refuted: the other is active again.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo");
    judge(log, "refutation", "refutation", say(log, "bergen", "laptop", home, "Bergen"));
    return { statuses: { oslo: "active", bergen: "refuted" } };
  }),
  view("superseded-back-redacted", "MEM-15", "The winner is redacted: the same.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo");
    judge(log, "redaction", "redaction", say(log, "bergen", "laptop", home, "Bergen"));
    return { statuses: { oslo: "active", bergen: "redacted" }, bare: ["bergen"] };
  }),
  view("superseded-by-removed-user", "MEM-7", "A removed device's claim that still counts is the user's still.", (log) => {
    say(log, "oslo", "phone", home, "Oslo");
    remove(log, "phone", "oslo");
    say(log, "bergen", "inbox", home, "Bergen");
    return { statuses: { oslo: "active", bergen: "superseded" }, conflicts: [{ winner: "oslo", losers: ["bergen"] }] };
  }),
];

/** The example of 04-memory, with one judgement more each time. */
const example = (name: string, comment: string, judged: number, verdicts: Verdicts) =>
  view(`example-${name}`, "MEM-15", comment, (log) => {
    const endorsement = judge(log, "e", "endorsement", say(log, "a", "inbox", home, "Oslo"));
    say(log, "b", "inbox", home, "Bergen");
    const c = say(log, "c", "inbox", home, "Oslo");
    if (judged > 0) judge(log, "refutation-of-c", "refutation", c);
    if (judged > 1) judge(log, "refutation-of-e", "refutation", endorsement);
    return verdicts;
  });

const oslo = [{ winner: "a", losers: ["b"] }];
const examples: readonly Vector[] = [
  example("endorsed", "The example of 04-memory: an endorsed claim ranks first.", 0, {
    statuses: { a: "active", b: "superseded", c: "active" },
    conflicts: oslo,
  }),
  example("refuted", "Its statement is refuted through the other claim: the endorsed one stays.", 1, {
    statuses: { a: "active", b: "superseded", c: "refuted" },
    conflicts: oslo,
  }),
  example("endorsement-refuted", "The endorsement is refuted too: nothing of the statement is left.", 2, {
    statuses: { a: "refuted", b: "active", c: "refuted" },
  }),
];

const sideBySide: readonly Vector[] = [
  view("many", "MEM-15", "Statements of cardinality many stand side by side.", (log) => {
    say(log, "tea", "laptop", likes, "tea");
    say(log, "figs", "laptop", likes, "figs");
    return { statuses: { tea: "active", figs: "active" } };
  }),
  view("other-subject", "MEM-15", "Another subject is another topic.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo");
    say(log, "bergen", "laptop", home, "Bergen", { subject: "person:ada" });
    return { statuses: { oslo: "active", bergen: "active" } };
  }),
  view("unknown-predicate", "MEM-4", "An unknown predicate has cardinality one.", (log) => {
    say(log, "rex", "laptop", "pet.name", "Rex");
    say(log, "tom", "laptop", "pet.name", "Tom");
    return { statuses: { rex: "superseded", tom: "active" }, conflicts: [{ winner: "tom", losers: ["rex"] }] };
  }),
  view("predicate-named-proto", "MEM-4", "A predicate may be called like a property of every object.", (log) => {
    say(log, "a", "laptop", "constructor", "a");
    say(log, "b", "laptop", "constructor", "b");
    return { statuses: { a: "superseded", b: "active" }, conflicts: [{ winner: "b", losers: ["a"] }] };
  }),
  view("intervals-apart", "MEM-15", "Validities that do not overlap.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo", { valid_until: -5 });
    say(log, "bergen", "laptop", home, "Bergen", { valid_from: 0 });
    return { statuses: { oslo: "active", bergen: "active" } };
  }),
  view("intervals-touching", "MEM-15", "valid_until is not included: they only touch.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo", { valid_until: 10 });
    say(log, "bergen", "laptop", home, "Bergen", { valid_from: 10, valid_until: 20 });
    return { statuses: { oslo: "active", bergen: "active" } };
  }),
  view("intervals-touching-later", "MEM-15", "The same, where the one that ranks first ends first.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo", { valid_from: 10 });
    say(log, "bergen", "laptop", home, "Bergen", { valid_from: -10, valid_until: 10 });
    return { statuses: { oslo: "active", bergen: "active" } };
  }),
  view("intervals-overlapping", "MEM-15", "One millisecond is enough.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo", { valid_until: 11 });
    say(log, "bergen", "laptop", home, "Bergen", { valid_from: 10, valid_until: 20 });
    return { statuses: { oslo: "superseded", bergen: "active" }, conflicts: [{ winner: "bergen", losers: ["oslo"] }] };
  }),
  view("interval-empty", "MEM-15", "What is valid never overlaps nothing.", (log) => {
    say(log, "oslo", "laptop", home, "Oslo");
    say(log, "bergen", "laptop", home, "Bergen", { valid_from: 10, valid_until: 10 });
    return { statuses: { oslo: "active", bergen: "active" } };
  }),
  view("interval-of-other-claim", "MEM-15", "Any two of their claims count: the second for Oslo overlaps.", (log) => {
    say(log, "oslo-then", "laptop", home, "Oslo", { valid_until: 10 });
    say(log, "oslo-later", "laptop", home, "Oslo", { valid_from: 50 });
    say(log, "bergen", "laptop", home, "Bergen", { valid_from: 40, valid_until: 60 });
    return {
      statuses: { "oslo-then": "superseded", "oslo-later": "superseded", bergen: "active" },
      conflicts: [{ winner: "bergen", losers: ["oslo-later"] }],
    };
  }),
  view(
    "statement-canonical",
    "MEM-6",
    "Statements are compared by canonical bytes: order of keys and form of numbers do not matter.",
    (log) => {
      say(log, "one", "laptop", home, { city: "Oslo", floor: 2 });
      say(log, "two", "laptop", home, { floor: 2.0, city: "Oslo" });
      return { statuses: { one: "active", two: "active" } };
    },
  ),
  view("statement-normal-forms", "MEM-6", "Composed and decomposed letters are different bytes, so different statements.", (log) => {
    say(log, "composed", "laptop", home, "Troms\u00e9");
    say(log, "decomposed", "laptop", home, "Tromse\u0301");
    return { statuses: { composed: "superseded", decomposed: "active" }, conflicts: [{ winner: "decomposed", losers: ["composed"] }] };
  }),
];

const define = (log: Log, label: string, cardinality: string, author = "laptop") =>
  log.op(label, author, "predicate", { name: likes, cardinality, sensitivity: "personal", template: "{subject} likes {object}" }).op_id;
const two = (log: Log) => {
  say(log, "tea", "laptop", likes, "tea");
  say(log, "figs", "laptop", likes, "figs");
};
const compete: Verdicts = { statuses: { tea: "superseded", figs: "active" }, conflicts: [{ winner: "figs", losers: ["tea"] }] };
const both: Verdicts = { statuses: { tea: "active", figs: "active" } };

const predicates: readonly Vector[] = [
  view("predicate-overrides", "MEM-4", "A predicate operation overrides the registry, whenever it was written.", (log) => {
    two(log);
    define(log, "once", "one");
    return compete;
  }),
  view("predicate-last-counts", "MEM-4", "The last in (lamport, op_id) counts.", (log) => {
    define(log, "once", "one");
    two(log);
    define(log, "after-all", "many", "phone");
    return both;
  }),
  view("predicate-by-ingest", "MEM-4", "Only full devices write them.", (log) => {
    two(log);
    define(log, "once", "one", "inbox");
    return both;
  }),
  view("predicate-contested", "MEM-4", "A contested one does not count: the one before does.", (log) => {
    two(log);
    define(log, "once", "one");
    define(log, "after-all", "many", "phone");
    remove(log, "phone");
    return compete;
  }),
  view("predicate-malformed", "MEM-4", "Nor does one whose payload does not fit.", (log) => {
    two(log);
    define(log, "once", "twice");
    return both;
  }),
];
export const topicVectors: readonly Vector[] = [...superseded, ...examples, ...sideBySide, ...predicates];
