/** Part `memory`: logs with the status of every claim, and the words that they are written in. */
import { jcs, key, sha256 } from "./hashing.ts";
import { bare, type Choices, type Envelope, founded, type Log } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

type Status = "contested" | "redacted" | "pending" | "void" | "refuted" | "superseded" | "active";

export interface Verdicts {
  /** Every claim, by label. */
  readonly statuses: Readonly<Record<string, Status>>;
  /** Labels: the best claim of the statement that stays, and of those that lost to it. */
  readonly conflicts?: readonly { readonly winner: string; readonly losers: readonly string[] }[];
  /** Labels of operations that arrive without payload. */
  readonly stripped?: readonly string[];
  /** Labels of operations that are held without payload in the end. */
  readonly bare?: readonly string[];
}

const devices = { laptop: "full", phone: "full", inbox: "ingest" };

/** One log; `others` are devices beside two full ones and an importer. */
export function view(
  name: string,
  rule: string,
  comment: string,
  write: (log: Log) => Verdicts,
  others: Record<string, string> = {},
): Vector {
  const log = founded(`memory/${name}`, { ...devices, ...others });
  const { statuses, conflicts = [], stripped = [], bare: held = stripped } = write(log);
  const arrived = log.list().map((op) => (log.ids(...stripped).includes(op.op_id) ? bare(op) : op));
  const byId = Object.entries(statuses)
    .map(([label, status]) => [log.id(label), status] as const)
    .sort();
  const about = { path: `memory/view-${name}`, rule, comment, kind: "view" };
  const flawless = byId.every(([, status]) => status === "active");
  return (flawless ? valid : invalid)(
    about,
    { ...log.legend(), pool: log.id("genesis"), log: arrived },
    {
      statuses: Object.fromEntries(byId),
      digest: `sha256:${sha256(jcs(byId))}`,
      conflicts: conflicts.map(({ winner, losers }) => conflict(log.get(winner), log.ids(...losers).sort())),
      bare: log.ids(...held).sort(),
    },
  );
}

function conflict(winner: Envelope, losers: readonly string[]): object {
  const { subject, predicate } = winner.payload as { subject: string; predicate: string };
  return { subject, predicate, winner: winner.op_id, losers };
}

/** A claim; `payload` changes members of the usual one. By `laptop` and without `derived_from` it is user-stated. */
export function say(
  log: Log,
  label: string,
  author: string,
  predicate: string,
  object: unknown,
  payload: object = {},
  choices: Choices = {},
): string {
  const whole = {
    subject: "self",
    predicate,
    object,
    confidence: 1,
    derived_from: [],
    method: { name: "vectors", version: "1" },
    rationale: "",
    ...payload,
  };
  return log.op(label, author, "claim", whole, choices).op_id;
}

/** A judgement of one operation or more. */
export const judge = (
  log: Log,
  label: string,
  type: string,
  target: string | readonly string[],
  author = "laptop",
  choices: Choices = {},
) => log.op(label, author, type, { targets: typeof target === "string" ? [target] : target }, choices).op_id;
/** Root removes a device; what it wrote up to `last` counts. */
export const remove = (log: Log, name: string, last: string | null = null) =>
  log.op(`removal-of-${name}`, "root", "device_remove", { key: key(name).did, last: last && log.id(last) });
/** Something that an importer read. */
export const evidence = (log: Log, label: string, author = "inbox") =>
  log.op(label, author, "evidence", {
    source: { adapter: "notes", version: "1" },
    origin: "import",
    external_id: label,
    kind: "note",
    content: { text: label },
  }).op_id;
/** Of cardinality many. */
export const likes = "preference.likes";
/** Of cardinality one. */
export const home = "place.home";
