/** Part `devices`: who may write, as the view of a whole log says. */
import { key } from "./hashing.ts";
import { type Choices, founded, type Log } from "./log-builder.ts";
import { claim } from "./operation.ts";
import { invalid, type Vector, valid } from "./vector.ts";

interface View {
  /** Names in the order of their ranks, root first. */
  readonly ranks: readonly string[];
  /** Present roles of names; null for a key that is no device, or is removed. */
  readonly roles: Readonly<Record<string, string | null>>;
  /** Labels. */
  readonly contested?: readonly string[];
  readonly void?: readonly string[];
}

function view(name: string, rule: string, comment: string, devices: Readonly<Record<string, string>>, write: (log: Log) => View): Vector {
  const log = founded(`devices/${name}`, devices);
  const { ranks, roles, contested = [], void: voids = [] } = write(log);
  log.mention(...ranks, ...Object.keys(roles));
  const about = { path: `devices/${name}`, rule, comment, kind: "device-view" };
  const flawless = contested.length + voids.length === 0;
  return (flawless ? valid : invalid)(
    about,
    { ...log.legend(), pool: log.id("genesis"), log: log.list() },
    {
      ranks: ranks.map((each) => key(each).did),
      roles: Object.fromEntries(Object.entries(roles).map(([each, role]) => [key(each).did, role])),
      contested: log.ids(...contested).sort(),
      void: log.ids(...voids).sort(),
    },
  );
}

const say = (log: Log, label: string, author: string, choices?: Choices) =>
  log.op(label, author, "claim", { ...claim, object: label }, choices);
const add = (log: Log, label: string, author: string, name: string, choices: Choices & { role?: string } = {}) =>
  log.op(label, author, "device_add", { key: key(name).did, role: choices.role ?? "full" }, choices);
const remove = (log: Log, label: string, author: string, name: string, last: string | null, choices?: Choices) =>
  log.op(label, author, "device_remove", { key: key(name).did, last: last && log.id(last) }, choices);

const two = { laptop: "full", phone: "full" };

const ranks: readonly Vector[] = [
  view("founding", "DEV-7", "Root adds the first device.", { laptop: "full" }, () => ({
    ranks: ["root", "laptop"],
    roles: { root: "root", laptop: "full", phone: null },
  })),
  view(
    "every-role",
    "DEV-13",
    "Any string may stand for a role; one that is not known lets its key do nothing.",
    {
      laptop: "full",
      inbox: "ingest",
      helper: "assistant",
      shelf: "mirror",
      lamp: "smart_lamp",
    },
    () => ({
      ranks: ["root", "laptop", "inbox", "helper", "shelf", "lamp"],
      roles: { root: "root", laptop: "full", inbox: "ingest", helper: "assistant", shelf: "mirror", lamp: "smart_lamp" },
    }),
  ),
  view(
    "ranks-by-place",
    "DEV-7",
    "Of the keys that can be ranked next, the one whose add is lowest in (lamport, op_id): phone adds tablet before laptop adds desk.",
    two,
    (log) => {
      say(log, "busy", "laptop");
      add(log, "add-tablet", "phone", "tablet", { after: ["add-phone"] });
      add(log, "add-desk", "laptop", "desk", { after: [] });
      return { ranks: ["root", "laptop", "phone", "tablet", "desk"], roles: { tablet: "full", desk: "full" } };
    },
  ),
  view("ranks-by-op-id", "DEV-7", "Two adds with the same lamport: the lower op_id.", two, (log) => {
    const left = add(log, "add-tablet", "laptop", "tablet", { after: ["add-phone"] });
    const right = add(log, "add-desk", "phone", "desk", { after: ["add-phone"] });
    const order = left.op_id < right.op_id ? ["tablet", "desk"] : ["desk", "tablet"];
    return { ranks: ["root", "laptop", "phone", ...order], roles: { tablet: "full", desk: "full" } };
  }),
  view(
    "ranks-need-a-ranked-adder",
    "DEV-7",
    "Desk's add is the lowest left, but its author tablet is ranked by a late add: lamp comes before both.",
    two,
    (log) => {
      add(log, "add-by-phone", "phone", "tablet", { after: ["add-phone"] });
      add(log, "add-desk", "tablet", "desk", { after: ["add-by-phone"] });
      say(log, "busy", "laptop", { after: ["add-phone"] });
      say(log, "busier", "laptop", { after: [] });
      add(log, "add-lamp", "laptop", "lamp", { after: [] });
      add(log, "add-by-laptop", "laptop", "tablet", { after: [] });
      remove(log, "removal", "root", "phone", null, { after: ["add-phone"] });
      return {
        ranks: ["root", "laptop", "phone", "lamp", "tablet", "desk"],
        roles: { phone: null, tablet: "full", desk: "full" },
        contested: ["add-by-phone"],
      };
    },
  ),
  view("added-twice", "DEV-7", "Two devices add one key at the same time: the lower add gives the role.", two, (log) => {
    say(log, "busy", "phone", { after: ["add-phone"] });
    add(log, "add-by-phone", "phone", "tablet", { after: [], role: "full" });
    add(log, "add-by-laptop", "laptop", "tablet", { after: ["add-phone"], role: "ingest" });
    return { ranks: ["root", "laptop", "phone", "tablet"], roles: { tablet: "ingest" } };
  }),
  view("adds-root", "DEV-11", "Adding root's key adds nothing.", two, (log) => {
    add(log, "add-root", "laptop", "root", { role: "ingest" });
    return { ranks: ["root", "laptop", "phone"], roles: { root: "root" } };
  }),
  view("unknown-control-member", "DEV-5", "Operations of other types change nothing here.", two, (log) => {
    log.op("future", "laptop", "device_rename", { key: key("phone").did, name: "Pocket" });
    return { ranks: ["root", "laptop", "phone"], roles: { laptop: "full", phone: "full" } };
  }),
];

const removals: readonly Vector[] = [
  view("removed-nothing-counts", "DEV-6", "last is null: nothing that the key wrote counts.", two, (log) => {
    say(log, "first", "phone");
    say(log, "second", "phone");
    remove(log, "removal", "laptop", "phone", null);
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["first", "second"] };
  }),
  view("removed-all-counts", "DEV-6", "last is the key's newest: all that it wrote counts.", two, (log) => {
    say(log, "first", "phone");
    say(log, "second", "phone");
    remove(log, "removal", "laptop", "phone", "second");
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null } };
  }),
  view("removed-thought-stolen", "DEV-6", "last is an earlier one: what came later is contested.", two, (log) => {
    for (const label of ["first", "second", "third"]) say(log, label, "phone");
    remove(log, "removal", "laptop", "phone", "first");
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["second", "third"] };
  }),
  view("removed-while-writing", "DEV-6", "What the key wrote without knowing of its removal is contested too.", two, (log) => {
    say(log, "first", "phone");
    remove(log, "removal", "laptop", "phone", "first");
    say(log, "unaware", "phone", { after: [] });
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["unaware"] };
  }),
  view("removed-fork", "DEV-6", "last lies on one branch of a fork: the other is contested from where it left.", two, (log) => {
    say(log, "first", "phone");
    say(log, "left", "phone");
    say(log, "right", "phone", { own: "first", after: [] });
    say(log, "righter", "phone", { own: "right", after: [] });
    remove(log, "removal", "laptop", "phone", "righter");
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["left"] };
  }),
  view("removed-last-unseen", "DEV-4", "last is not in the removal's own causal past: it reads as null.", two, (log) => {
    say(log, "first", "phone");
    remove(log, "removal", "laptop", "phone", "first", { after: ["add-phone"] });
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["first"] };
  }),
  view("removed-last-of-another", "DEV-4", "last is another key's: it reads as null.", two, (log) => {
    say(log, "first", "phone");
    say(log, "own", "laptop");
    remove(log, "removal", "laptop", "phone", "own");
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["first"] };
  }),
  view("removed-twice", "DEV-6", "Two removals with different last: each contests what it leaves out.", two, (log) => {
    for (const label of ["first", "second", "third"]) say(log, label, "phone");
    remove(log, "generous", "laptop", "phone", "third");
    remove(log, "strict", "root", "phone", "first", { after: ["third"] });
    return { ranks: ["root", "laptop", "phone"], roles: { phone: null }, contested: ["second", "third"] };
  }),
  view(
    "removed-before-added",
    "DEV-6",
    "A removal and an add of one key, neither knowing of the other: the key is ranked, and removed.",
    two,
    (log) => {
      remove(log, "removal", "laptop", "tablet", null);
      add(log, "add-tablet", "phone", "tablet", { after: ["add-phone"] });
      say(log, "hello", "tablet", { after: ["add-tablet"] });
      return { ranks: ["root", "laptop", "phone", "tablet"], roles: { tablet: null }, contested: ["hello"] };
    },
  ),
  view("removed-itself", "DEV-8", "A key that removed itself: its claims are contested, its control operations count.", two, (log) => {
    add(log, "add-tablet", "phone", "tablet");
    say(log, "first", "phone");
    remove(log, "farewell", "phone", "phone", null);
    return { ranks: ["root", "laptop", "phone", "tablet"], roles: { phone: null, tablet: "full" }, contested: ["first"] };
  }),
  view("removed-root", "DEV-11", "Root is never contested.", two, (log) => {
    remove(log, "removal", "laptop", "root", null);
    add(log, "add-tablet", "root", "tablet");
    return { ranks: ["root", "laptop", "phone", "tablet"], roles: { root: "root", tablet: "full" } };
  }),
  view("removed-by-root", "DEV-8", "Root's removal contests control operations too.", two, (log) => {
    add(log, "add-tablet", "laptop", "tablet");
    remove(log, "removal", "root", "laptop", null);
    return { ranks: ["root", "laptop", "phone"], roles: { laptop: null, tablet: null }, contested: ["add-tablet"] };
  }),
];

const struggles: readonly Vector[] = [
  view(
    "removed-by-lower-rank",
    "DEV-8",
    "Phone ranks after laptop: its removal contests laptop's claims, not its control operations.",
    two,
    (log) => {
      add(log, "add-tablet", "laptop", "tablet");
      say(log, "first", "laptop");
      remove(log, "removal", "phone", "laptop", null);
      return { ranks: ["root", "laptop", "phone", "tablet"], roles: { laptop: null, tablet: "full" }, contested: ["first"] };
    },
  ),
  view("answered", "DEV-8", "Laptop answers with a removal of phone: that contests phone's removal, which then never was.", two, (log) => {
    say(log, "first", "laptop");
    remove(log, "removal", "phone", "laptop", null);
    remove(log, "answer", "laptop", "phone", null);
    return { ranks: ["root", "laptop", "phone"], roles: { laptop: "full", phone: null }, contested: ["removal"] };
  }),
  view("answered-too-late", "DEV-8", "The answer lets phone's removal count: it stays in force.", two, (log) => {
    say(log, "first", "laptop");
    remove(log, "removal", "phone", "laptop", null);
    remove(log, "answer", "laptop", "phone", "removal");
    return { ranks: ["root", "laptop", "phone"], roles: { laptop: null, phone: null }, contested: ["first"] };
  }),
  view("each-other", "DEV-8", "Two devices remove each other at the same time: the higher rank stays.", two, (log) => {
    remove(log, "of-laptop", "phone", "laptop", null, { after: ["add-phone"] });
    remove(log, "of-phone", "laptop", "phone", null, { after: ["add-phone"] });
    return { ranks: ["root", "laptop", "phone"], roles: { laptop: "full", phone: null }, contested: ["of-laptop"] };
  }),
  view(
    "ring-of-three",
    "DEV-8",
    "Laptop removes phone, phone removes tablet, tablet removes laptop: the first counts, so the second does not, so the third does.",
    { ...two, tablet: "full" },
    (log) => {
      const all = { after: ["add-tablet"] };
      remove(log, "of-phone", "laptop", "phone", null, all);
      remove(log, "of-tablet", "phone", "tablet", null, all);
      remove(log, "of-laptop", "tablet", "laptop", null, all);
      return {
        ranks: ["root", "laptop", "phone", "tablet"],
        roles: { laptop: null, phone: null, tablet: "full" },
        contested: ["of-tablet"],
      };
    },
  ),
  view("added-by-contested", "DEV-9", "A contested add adds nobody: all that such a key wrote is contested.", two, (log) => {
    add(log, "add-tablet", "phone", "tablet");
    say(log, "hello", "tablet");
    add(log, "add-desk", "tablet", "desk");
    say(log, "greeting", "desk");
    remove(log, "removal", "laptop", "phone", null, { after: ["add-phone"] });
    return {
      ranks: ["root", "laptop", "phone"],
      roles: { phone: null, tablet: null, desk: null },
      contested: ["add-tablet", "hello", "add-desk", "greeting"],
    };
  }),
  view("added-before-last", "DEV-9", "The add is within last: it counts, and the key it added stays.", two, (log) => {
    add(log, "add-tablet", "phone", "tablet");
    say(log, "later", "phone");
    remove(log, "removal", "laptop", "phone", "add-tablet");
    return { ranks: ["root", "laptop", "phone", "tablet"], roles: { phone: null, tablet: "full" }, contested: ["later"] };
  }),
  view("added-again-by-another", "DEV-9", "One add is contested, another of the same key is not: the key is a device.", two, (log) => {
    add(log, "add-by-phone", "phone", "tablet", { after: ["add-phone"] });
    say(log, "busy", "laptop", { after: ["add-phone"] });
    add(log, "add-by-laptop", "laptop", "tablet", { after: [], role: "ingest" });
    say(log, "hello", "tablet", { after: ["add-by-phone"] });
    remove(log, "removal", "root", "phone", null);
    return { ranks: ["root", "laptop", "phone", "tablet"], roles: { phone: null, tablet: "ingest" }, contested: ["add-by-phone"] };
  }),
  view(
    "void-control",
    "DEV-10",
    "A key that was full in its own past turns out to be ingest: its control operation is void, and adds nobody.",
    two,
    (log) => {
      add(log, "add-as-ingest", "laptop", "tablet", { after: ["add-phone"], role: "ingest" });
      say(log, "busy", "phone", { after: ["add-phone"] });
      add(log, "add-as-full", "phone", "tablet", { after: [] });
      add(log, "add-desk", "tablet", "desk", { after: ["add-as-full"] });
      say(log, "hello", "desk", { after: ["add-desk"] });
      return {
        ranks: ["root", "laptop", "phone", "tablet"],
        roles: { tablet: "ingest", desk: null },
        contested: ["hello"],
        void: ["add-desk"],
      };
    },
  ),
  view("contested-is-not-void", "DEV-10", "Removed by root as well: contested comes first.", two, (log) => {
    add(log, "add-as-ingest", "laptop", "tablet", { after: ["add-phone"], role: "ingest" });
    say(log, "busy", "phone", { after: ["add-phone"] });
    add(log, "add-as-full", "phone", "tablet", { after: [] });
    add(log, "add-desk", "tablet", "desk", { after: ["add-as-full"] });
    remove(log, "removal", "root", "tablet", null);
    return { ranks: ["root", "laptop", "phone", "tablet"], roles: { tablet: null, desk: null }, contested: ["add-desk"] };
  }),
  view(
    "removal-undone-by-root",
    "DEV-8",
    "Tablet is removed by phone, phone by root: tablet is back.",
    { ...two, tablet: "full" },
    (log) => {
      say(log, "hello", "tablet");
      remove(log, "removal", "phone", "tablet", null);
      remove(log, "removal-of-phone", "root", "phone", null);
      return { ranks: ["root", "laptop", "phone", "tablet"], roles: { phone: null, tablet: "full" }, contested: ["removal"] };
    },
  ),
  view(
    "rank-decides-not-time",
    "DEV-7",
    "Tablet's removal is the oldest of all, but its author ranks last: what laptop and phone did since stands.",
    { ...two, tablet: "full" },
    (log) => {
      remove(log, "of-laptop", "tablet", "laptop", null, { after: ["add-tablet"] });
      remove(log, "of-tablet", "laptop", "tablet", null);
      say(log, "again", "laptop");
      return { ranks: ["root", "laptop", "phone", "tablet"], roles: { laptop: "full", tablet: null }, contested: ["of-laptop"] };
    },
  ),
];

const types = [
  "genesis",
  "device_add",
  "device_remove",
  "evidence",
  "claim",
  "refutation",
  "endorsement",
  "redaction",
  "note",
  "inference",
  "predicate",
  "cap_grant",
  "cap_revoke",
  "cap_access",
  "cap_receipt",
  "future_type",
];
const mayWrite: Readonly<Record<string, readonly string[]>> = {
  root: ["genesis", "device_add", "device_remove", "cap_revoke"],
  full: types,
  ingest: ["evidence", "claim", "inference"],
  assistant: ["evidence", "claim", "inference"],
  mirror: ["cap_access", "cap_receipt"],
  smart_lamp: [],
};

const roles: readonly Vector[] = Object.entries(mayWrite).map(([role, may]) =>
  (role === "full" ? valid : invalid)(
    {
      path: `devices/role-${role.replace("_", "-")}`,
      rule: "DEV-13",
      comment: `What the role ${role} may write; the rest is void.`,
      kind: "role",
    },
    { role },
    { writes: may, void: types.filter((type) => !may.includes(type)) },
  ),
);

export const deviceVectors: readonly Vector[] = [...ranks, ...removals, ...struggles, ...roles];
