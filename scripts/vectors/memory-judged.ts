/** Part `memory`: steps 1 and 2 of the claim view: what a claim is by itself, and what judgements make of it. */
import { sha256 } from "./hashing.ts";
import { evidence, judge, likes, remove, say, view } from "./memory-view.ts";
import type { Vector } from "./vector.ts";

const firstStep: readonly Vector[] = [
  view("no-claims", "MEM-19", "A log without claims: the digest of an empty list.", () => ({ statuses: {} })),
  view("active", "MEM-16", "Claims of a person and of an importer, the second derived from evidence.", (log) => {
    say(log, "tea", "laptop", likes, "tea");
    const source = evidence(log, "diary");
    say(log, "figs", "inbox", likes, "figs", { derived_from: [source], confidence: 0.7 });
    return { statuses: { tea: "active", figs: "active" } };
  }),
  view("contested", "MEM-10", "Claims of a removed device: only what last covers counts.", (log) => {
    say(log, "before", "phone", likes, "tea");
    say(log, "after", "phone", likes, "figs");
    remove(log, "phone", "before");
    return { statuses: { before: "active", after: "contested" } };
  }),
  view("redacted", "MEM-10", "The target's payload goes, its status stays.", (log) => {
    judge(log, "redaction", "redaction", say(log, "tea", "laptop", likes, "tea"));
    return { statuses: { tea: "redacted" }, bare: ["tea"] };
  }),
  view("redacted-evidence", "MEM-20", "Evidence and notes lose their payload too.", (log) => {
    const note = log.op("note", "laptop", "note", { target: evidence(log, "diary"), text: "private" }).op_id;
    judge(log, "redaction", "redaction", [log.id("diary"), note]);
    return { statuses: {}, bare: ["diary", "note"] };
  }),
  view("redacted-not-void", "MEM-10", "Redacted comes before void.", (log) => {
    judge(log, "redaction", "redaction", say(log, "odd", "laptop", likes, "tea", { confidence: 7 }));
    return { statuses: { odd: "redacted" }, bare: ["odd"] };
  }),
  view("contested-not-redacted", "MEM-10", "Contested comes before redacted; the payload goes all the same.", (log) => {
    judge(log, "redaction", "redaction", say(log, "tea", "phone", likes, "tea"));
    remove(log, "phone");
    return { statuses: { tea: "contested" }, bare: ["tea"] };
  }),
  view("redaction-by-ingest", "MEM-9", "A redaction that its author's role may not write has no effect.", (log) => {
    judge(log, "redaction", "redaction", say(log, "tea", "laptop", likes, "tea"), "inbox");
    return { statuses: { tea: "active" } };
  }),
  view("redaction-of-refutation", "MEM-23", "A refutation cannot be redacted: it keeps its payload and its force.", (log) => {
    const refutation = judge(log, "refutation", "refutation", say(log, "tea", "laptop", likes, "tea"));
    judge(log, "redaction", "redaction", refutation);
    return { statuses: { tea: "refuted" } };
  }),
  view("redaction-of-unknown-type", "MEM-23", "Nor can an operation of unknown type, or a device_add.", (log) => {
    const future = log.op("future", "laptop", "future_type", { secret: true }).op_id;
    judge(log, "redaction", "redaction", [future, log.id("add-phone")]);
    return { statuses: {} };
  }),
  view("redaction-not-undone", "MEM-9", "Refuting a redaction changes nothing.", (log) => {
    const redaction = judge(log, "redaction", "redaction", say(log, "tea", "laptop", likes, "tea"));
    judge(log, "regret", "refutation", redaction);
    return { statuses: { tea: "redacted" }, bare: ["tea"] };
  }),
  view("pending-payload", "MEM-10", "A claim without payload.", (log) => {
    say(log, "tea", "laptop", likes, "tea");
    return { statuses: { tea: "pending" }, stripped: ["tea"] };
  }),
  view("pending-source", "MEM-10", "A claim derived from an operation that is not in the log.", (log) => {
    say(log, "tea", "inbox", likes, "tea", { derived_from: [`op:${sha256("nowhere")}`] });
    return { statuses: { tea: "pending" } };
  }),
  view("pending-source-payload", "MEM-10", "A claim derived from evidence without payload, and one derived from that claim.", (log) => {
    const tea = say(log, "tea", "inbox", likes, "tea", { derived_from: [evidence(log, "diary")] });
    say(log, "figs", "inbox", likes, "figs", { derived_from: [tea] });
    return { statuses: { tea: "pending", figs: "pending" }, stripped: ["diary"] };
  }),
  view("void-payload", "MEM-1", "A payload that does not fit.", (log) => {
    say(log, "odd", "laptop", "", "tea");
    return { statuses: { odd: "void" } };
  }),
  view(
    "void-role",
    "DEV-13",
    "Claims of root, of a mirror, and of a role nobody knows.",
    (log) => {
      for (const author of ["root", "shelf", "lamp"]) say(log, `by-${author}`, author, likes, author);
      return { statuses: { "by-root": "void", "by-shelf": "void", "by-lamp": "void" } };
    },
    { shelf: "mirror", lamp: "smart_lamp" },
  ),
  view("void-not-pending", "MEM-10", "Void comes before a missing source.", (log) => {
    say(log, "odd", "inbox", likes, "tea", { derived_from: [`op:${sha256("nowhere")}`], confidence: 2 });
    return { statuses: { odd: "void" } };
  }),
];

const refuted: readonly Vector[] = [
  view("refuted", "MEM-11", "A refutation targets the claim.", (log) => {
    judge(log, "refutation", "refutation", say(log, "tea", "inbox", likes, "tea"));
    say(log, "figs", "inbox", likes, "figs");
    return { statuses: { tea: "refuted", figs: "active" } };
  }),
  view("refuted-statement", "MEM-11", "What is refuted is the statement: an importer's claims fall whenever they were written.", (log) => {
    const first = say(log, "first", "inbox", likes, "tea");
    say(log, "second", "inbox", likes, "tea", { confidence: 0.4, derived_from: [evidence(log, "diary")] });
    judge(log, "refutation", "refutation", first);
    say(log, "third", "inbox", likes, "tea");
    return { statuses: { first: "refuted", second: "refuted", third: "refuted" } };
  }),
  view("refuted-not-user-stated", "MEM-11", "A claim that the user stated falls only by being targeted itself.", (log) => {
    const imported = say(log, "imported", "inbox", likes, "tea");
    say(log, "stated", "laptop", likes, "tea");
    judge(log, "refutation", "refutation", imported);
    return { statuses: { imported: "refuted", stated: "active" } };
  }),
  view("refuted-derived-by-full", "MEM-7", "A claim of a full device that is derived from something is not user-stated.", (log) => {
    const imported = say(log, "imported", "inbox", likes, "tea");
    say(log, "derived", "laptop", likes, "tea", { derived_from: [evidence(log, "diary")] });
    judge(log, "refutation", "refutation", imported);
    return { statuses: { imported: "refuted", derived: "refuted" } };
  }),
  view("refuted-user-stated", "MEM-11", "Refuting a claim that the user stated refutes the statement too.", (log) => {
    say(log, "imported", "inbox", likes, "tea");
    const stated = say(log, "stated", "laptop", likes, "tea");
    say(log, "stated-again", "laptop", likes, "tea");
    judge(log, "refutation", "refutation", stated, "phone");
    return { statuses: { imported: "refuted", stated: "refuted", "stated-again": "active" } };
  }),
  view("refuted-not-endorsed", "MEM-11", "An endorsed claim falls only by being targeted itself.", (log) => {
    const first = say(log, "first", "inbox", likes, "tea");
    judge(log, "endorsement", "endorsement", say(log, "second", "inbox", likes, "tea"));
    judge(log, "refutation", "refutation", first);
    return { statuses: { first: "refuted", second: "active" } };
  }),
  view("refuted-endorsement", "MEM-9", "A refuted endorsement is not in force.", (log) => {
    const first = say(log, "first", "inbox", likes, "tea");
    const endorsement = judge(log, "endorsement", "endorsement", say(log, "second", "inbox", likes, "tea"));
    judge(log, "refutation", "refutation", [first, endorsement]);
    return { statuses: { first: "refuted", second: "refuted" } };
  }),
  view("refuted-and-endorsed", "MEM-11", "Both target one claim: it is refuted.", (log) => {
    const tea = say(log, "tea", "inbox", likes, "tea");
    judge(log, "refutation", "refutation", tea);
    judge(log, "endorsement", "endorsement", tea);
    return { statuses: { tea: "refuted" } };
  }),
  view("refutation-undone", "MEM-9", "A refuted refutation is not in force.", (log) => {
    const refutation = judge(log, "refutation", "refutation", say(log, "tea", "inbox", likes, "tea"));
    judge(log, "regret", "refutation", refutation);
    return { statuses: { tea: "active" } };
  }),
  view("refutation-redone", "MEM-9", "Unless the refutation of the refutation is refuted.", (log) => {
    const refutation = judge(log, "refutation", "refutation", say(log, "tea", "inbox", likes, "tea"));
    judge(log, "regret-of-regret", "refutation", judge(log, "regret", "refutation", refutation, "phone"));
    return { statuses: { tea: "refuted" } };
  }),
  view("refutation-by-ingest", "MEM-9", "A void refutation is not in force.", (log) => {
    judge(log, "refutation", "refutation", say(log, "tea", "laptop", likes, "tea"), "inbox");
    return { statuses: { tea: "active" } };
  }),
  view("refutation-malformed", "MEM-9", "Nor is one whose payload does not fit: a target stands twice.", (log) => {
    const tea = say(log, "tea", "laptop", likes, "tea");
    judge(log, "refutation", "refutation", [tea, tea]);
    return { statuses: { tea: "active" } };
  }),
  view("refutation-contested", "MEM-9", "Nor is a contested one.", (log) => {
    judge(log, "refutation", "refutation", say(log, "tea", "laptop", likes, "tea"), "phone");
    remove(log, "phone");
    return { statuses: { tea: "active" } };
  }),
  view("refuted-redacted-alone", "MEM-6", "A redacted claim makes no statement: refuting it reaches it alone.", (log) => {
    const first = say(log, "first", "inbox", likes, "tea");
    say(log, "second", "inbox", likes, "tea");
    judge(log, "refutation", "refutation", first);
    judge(log, "redaction", "redaction", first);
    return { statuses: { first: "redacted", second: "active" }, bare: ["first"] };
  }),
  view(
    "refuted-void-alone",
    "MEM-6",
    "Nor does a void one.",
    (log) => {
      const first = say(log, "first", "shelf", likes, "tea");
      say(log, "second", "inbox", likes, "tea");
      judge(log, "refutation", "refutation", first);
      return { statuses: { first: "void", second: "active" } };
    },
    { shelf: "mirror" },
  ),
  view("refuted-contested-alone", "MEM-6", "Nor does a contested one.", (log) => {
    const first = say(log, "first", "phone", likes, "tea");
    say(log, "second", "inbox", likes, "tea");
    judge(log, "refutation", "refutation", first);
    remove(log, "phone");
    return { statuses: { first: "contested", second: "active" } };
  }),
  view("refuted-without-payload-alone", "MEM-6", "Nor does one without payload.", (log) => {
    const first = say(log, "first", "inbox", likes, "tea");
    say(log, "second", "inbox", likes, "tea");
    judge(log, "refutation", "refutation", first);
    return { statuses: { first: "pending", second: "active" }, stripped: ["first"] };
  }),
  view(
    "refuted-pending-source",
    "MEM-6",
    "A claim that waits for its source does make its statement: refuting it reaches the others.",
    (log) => {
      const first = say(log, "first", "inbox", likes, "tea", { derived_from: [evidence(log, "diary")] });
      say(log, "second", "inbox", likes, "tea");
      judge(log, "refutation", "refutation", first);
      return { statuses: { first: "pending", second: "refuted" }, stripped: ["diary"] };
    },
  ),
];
export const judgedVectors: readonly Vector[] = [...firstStep, ...refuted];
