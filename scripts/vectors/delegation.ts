/** Part `delegation`: selectors, payloads, attestations, declarations, and what delegate and grantor refuse. */
import { asOf, attestation, declare, emptyRoot, holdings, type Members, type ReplyParts, reply, rootOf } from "./delegation-wire.ts";
import { didOf, jcs, key, sha256 } from "./hashing.ts";
import { bare, founded, type Log } from "./log-builder.ts";
import { say } from "./memory-view.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const expires = asOf + 1_000_000;
const terms = { grantee: key("coach").did, selector: { predicates: ["schedule.*"] }, purpose: "training", expires_at: expires };

/** A pool with a grant by `phone` for `coach`, and claims inside and outside of it. */
function granted(name: string, selector: Members = terms.selector, more: Members = {}): Log {
  const log = founded(`delegation/${name}`, { phone: "full", laptop: "full", mirror: "mirror", inbox: "ingest" });
  log.mention("coach");
  log.op("grant", "phone", "cap_grant", { ...terms, selector, ...more });
  say(log, "run", "phone", "schedule.weekly", { what: "run", weekday: "Tuesday" }, { confidence: 0.8 });
  say(log, "swim", "phone", "schedule.daily", "swim", { valid_until: asOf + 1_000 });
  say(log, "home", "phone", "place.home", "Lyon");
  return log;
}

const about = (name: string, rule: string, comment: string, kind: string) => ({ path: `delegation/${kind}-${name}`, rule, comment, kind });

const patterns: readonly Vector[] = (
  [
    ["exact", "place.home", "place.home", true, "A pattern without a star is the predicate itself."],
    ["longer", "place.home", "place.homes", false, "It matches all of the predicate."],
    ["star", "schedule.*", "schedule.weekly", true, "A star is any run of characters."],
    ["star-nothing", "schedule.*", "schedule.", true, "An empty run too."],
    ["star-dot", "schedule.*", "schedule", false, "What stands before it must be there."],
    ["star-dots", "*.name", "a.b.name", true, "Dots are characters like others."],
    ["two-stars", "a*b*c", "a1b2b3c", true, "Several stars."],
    ["question", "schedule.?eekly", "schedule.weekly", false, "Nothing else is special: not a question mark,"],
    ["brackets", "[a-z]*", "a", false, "not brackets,"],
    ["case", "Place.*", "place.home", false, "and not case."],
  ] as const
).map(([name, pattern, text, matches, comment]) =>
  (matches ? valid : invalid)(about(name, "DEL-2", comment, "pattern"), { pattern, predicate: text }, { matches }),
);

const id = `op:${"1".repeat(64)}`;
const access = { grant: id, server: key("phone").did, slice_root: emptyRoot, served: 0, outcome: "served" };
const weakDid = didOf(Buffer.from(`01${"0".repeat(62)}`, "hex"));

function payload(name: string, type: string, value: unknown, fits: boolean, comment: string): Vector {
  return (fits ? valid : invalid)(about(name, "DEL-16", comment, "payload"), { type, payload: value }, { fits });
}

const payloads: readonly Vector[] = [
  payload("grant", "cap_grant", terms, true, "The members that must be there."),
  payload("grant-whole", "cap_grant", { ...terms, refresh_ms: 0, purge_ms: 1 }, true, "And those that may."),
  payload("grant-more", "cap_grant", { ...terms, note: "hi" }, false, "An unknown member makes a grant void,"),
  payload("grant-selector-more", "cap_grant", { ...terms, selector: { predicates: [], objects: [] } }, false, "in the selector too."),
  payload("grant-empty", "cap_grant", { ...terms, selector: { predicates: [] } }, true, "No pattern: it selects nothing, and is a grant."),
  payload("grant-no-end", "cap_grant", { ...terms, expires_at: null }, false, "A grant has an end."),
  payload("grant-fraction", "cap_grant", { ...terms, expires_at: 0.5 }, false, "In whole milliseconds."),
  payload("grant-confidence", "cap_grant", { ...terms, selector: { predicates: [], min_confidence: 1.5 } }, false, "No such confidence."),
  payload("grant-sensitivity", "cap_grant", { ...terms, selector: { predicates: [], max_sensitivity: "secret" } }, false, "No such level."),
  payload("grant-weak-key", "cap_grant", { ...terms, grantee: weakDid }, false, "The grantee is an acceptable key."),
  payload("revoke", "cap_revoke", { grant: id, why: "moved" }, true, "In the other types what is not listed is ignored."),
  payload("revoke-no-id", "cap_revoke", { grant: "the coach's" }, false, "A grant is named by its id."),
  payload("access", "cap_access", access, true, "What a server writes when it has served."),
  payload("access-outcome", "cap_access", { ...access, outcome: "refused" }, false, "Strangers' attempts enter no log."),
  payload("access-root", "cap_access", { ...access, slice_root: "0" }, false, "A root is sha256: and 64 digits."),
  payload("receipt", "cap_receipt", { grant: id, receipt: holdings(id) }, true, "A purge receipt, archived."),
  payload("receipt-more", "cap_receipt", { grant: id, receipt: { ...holdings(id), why: "" } }, false, "The receipt's members are closed."),
];

function attested(): Vector[] {
  const log = granted("attestation");
  const grant = log.id("grant");
  const all = ["run", "swim"].map((label) => attestation(log.get(label), grant));
  const legend = log.legend();
  return [
    ...["run", "swim"].map((label) => {
      const made = attestation(log.get(label), grant);
      const comment = label === "run" ? "What a delegate reads of a claim, and its hash." : "With an end of its validity.";
      return valid(
        about(label, "DEL-6", comment, "attestation"),
        { claim: log.get(label), grant },
        { attestation: made, hash: sha256(jcs(made)) },
      );
    }),
    valid(
      about("two", "DEL-7", "Sorted by claim, whatever order they come in.", "root"),
      { ...legend, attestations: all.reverse() },
      { root: rootOf(all) },
    ),
    valid(about("empty", "DEL-7", "The root of nothing.", "root"), { attestations: [] }, { root: emptyRoot }),
  ];
}

const slice = {
  kind: "slice",
  v: 1,
  grant: id,
  status: "active",
  slice_root: emptyRoot,
  count: 0,
  as_of: asOf,
  nonce: "n",
  revocation: null,
};
const wholeSlice = { ...slice, issuer: key("phone").did, audience: key("coach").did };

const declarations: readonly Vector[] = [
  valid(
    about("slice", "DEL-5", "Signed by its issuer.", "declaration"),
    { declaration: declare("phone", wholeSlice), by: key("phone").did },
    { holds: true },
  ),
  valid(
    about("holdings", "DEL-5", "Signed by the grantee.", "declaration"),
    { declaration: holdings(id), by: key("coach").did },
    { holds: true },
  ),
  invalid(
    about("other-key", "DEL-5", "By another key.", "declaration"),
    { declaration: declare("laptop", wholeSlice), by: key("phone").did },
    { holds: false },
  ),
  invalid(
    about("changed", "DEL-5", "Changed after it was signed.", "declaration"),
    { declaration: { ...declare("phone", wholeSlice), count: 1 }, by: key("phone").did },
    { holds: false },
  ),
  invalid(
    about("op-tag", "DEL-5", "Signed as an operation is: no signature serves two purposes.", "declaration"),
    {
      declaration: {
        ...wholeSlice,
        sig: key("phone")
          .sign(`fablepool.op.v1\n${sha256(jcs(wholeSlice))}`)
          .toString("hex"),
      },
      by: key("phone").did,
    },
    { holds: false },
  ),
];

interface ReplyCase {
  readonly selector?: Members;
  readonly more?: Members;
  readonly parts?: (log: Log) => ReplyParts;
  /** What is done to the reply after it was signed. */
  readonly change?: (made: Members, log: Log) => Members;
  readonly lastAsOf?: number;
  /** Labels of control operations that earlier replies showed. */
  readonly known?: readonly string[];
  readonly before?: (log: Log) => unknown;
}

function answered(name: string, accepted: boolean, comment: string, given: ReplyCase = {}, rule = "DEL-9"): Vector {
  const log = granted(`reply-${name}`, given.selector, given.more);
  given.before?.(log);
  const made = reply(log, { claims: ["run", "swim"], ...given.parts?.(log) });
  const expected = {
    ...{ grant: log.id("grant"), grantee: key("coach").did, nonce: "nonce 1", last_as_of: given.lastAsOf ?? null },
    authority: log.list(...(given.known ?? ["genesis"])),
  };
  const input = { ...log.legend(), expected, reply: given.change?.(made, log) ?? made };
  return (accepted ? valid : invalid)(about(name, rule, comment, "reply"), input, { accepted });
}

const over = (status: string, parts: ReplyParts = {}): ReplyParts => ({ claims: [], status, ...parts });
const inSlice = (parts: Members) => ({ change: (made: Members) => ({ ...made, slice: { ...(made["slice"] as Members), ...parts } }) });
const revoked = (log: Log, by = "laptop") => log.op("revocation", by, "cap_revoke", { grant: log.id("grant") });

const replies: readonly Vector[] = [
  answered("whole", true, "Two claims of the slice."),
  answered("by-mirror", true, "A mirror serves while the phone sleeps.", { parts: () => ({ issuer: "mirror" }) }),
  answered("by-root", false, "Root serves no slices.", { parts: () => ({ issuer: "root" }) }),
  answered("by-ingest", false, "Nor does an ingest device.", { parts: () => ({ issuer: "inbox" }) }),
  answered("by-stranger", false, "Nor anyone else.", { parts: () => ({ issuer: "stranger" }) }),
  answered("member-more", false, "A member that is not listed: in the reply,", { change: (made) => ({ ...made, evidence: [] }) }),
  answered("slice-member-more", false, "in the slice,", inSlice({ why: "" })),
  answered("attestation-member-more", false, "or in an attestation.", {
    change: (made) => ({ ...made, attestations: (made["attestations"] as Members[]).map((each) => ({ ...each, derived_from: [] })) }),
  }),
  answered("outside", false, "A claim that the selector does not select: a grantor's bug must not widen the slice.", {
    parts: () => ({ claims: ["run", "home"] }),
  }),
  answered("subject", false, "Another subject.", { selector: { predicates: ["schedule.*"], subjects: ["person:ada"] } }),
  answered("confidence", false, "Too little confidence.", { selector: { predicates: ["schedule.*"], min_confidence: 0.81 } }),
  answered("left-out", false, "An attestation is missing.", {
    change: (made) => ({ ...made, attestations: (made["attestations"] as Members[]).slice(1) }),
  }),
  answered("root-wrong", false, "The attestations do not add up to the root.", { parts: () => ({ slice: { slice_root: emptyRoot } }) }),
  answered("nonce", false, "A replay: it answers another request.", { parts: () => ({ slice: { nonce: "nonce 0" } }) }),
  answered("audience", false, "For another audience.", { parts: () => ({ slice: { audience: key("clinic").did } }) }),
  answered("as-of-equal", true, "As of the same millisecond as the last.", { lastAsOf: asOf }),
  answered("as-of-lower", false, "Older than the last.", { lastAsOf: asOf + 1 }),
  answered("past", false, "An entry whose valid_until has passed.", { parts: () => ({ asOf: asOf + 1_000 }) }),
  answered("expired", true, "Over at expires_at.", { parts: () => over("expired", { asOf: expires }) }),
  answered("expired-early", false, "Not a millisecond before.", { parts: () => over("expired", { asOf: expires - 1 }) }),
  answered("active-late", false, "And not active any more.", { parts: () => over("active", { asOf: expires }) }),
  answered("revoked", true, "Revoked by another full device.", {
    before: revoked,
    parts: () => over("revoked", { revocation: "revocation" }),
  }),
  answered("revoked-by-ingest", false, "Not by a device that is not full.", {
    before: (log) => revoked(log, "inbox"),
    parts: () => over("revoked", { revocation: "revocation" }),
  }),
  answered("revoked-with-claims", false, "What is revoked holds nothing.", {
    before: revoked,
    parts: () => ({ status: "revoked", revocation: "revocation" }),
  }),
  answered("redacted", true, "A redacted grant comes without payload, revoked.", {
    parts: () => over("revoked"),
    change: (made, log) => ({ ...made, grant: bare(log.get("grant")) }),
  }),
  answered("stripped", false, "While it is called active it comes with it.", {
    parts: () => ({ claims: [] }),
    change: (made, log) => ({ ...made, grant: bare(log.get("grant")) }),
  }),
  answered("other-grantee", false, "Another's grant.", { more: { grantee: key("clinic").did } }),
  answered("removed-issuer", false, "The issuer was removed.", {
    before: (log) => log.op("removal", "root", "device_remove", { key: key("mirror").did, last: null }),
    parts: () => ({ issuer: "mirror" }),
  }),
  answered(
    "removed-issuer-known",
    false,
    "The delegate knows so from an earlier reply.",
    {
      before: (log) => log.op("removal", "root", "device_remove", { key: key("mirror").did, last: null }),
      known: ["genesis", "removal"],
      parts: () => ({ issuer: "mirror", authority: ["genesis", "add-phone", "add-laptop", "add-mirror"] }),
    },
    "DEL-15",
  ),
  answered("authority-lacks-grantor", false, "Nothing shows the grantor.", {
    parts: () => ({ issuer: "mirror", authority: ["genesis", "add-mirror"] }),
  }),
];

function receipts(): Vector[] {
  const grant = id;
  const root = `sha256:${"a".repeat(64)}`;
  const context = { grant, grantee: key("coach").did, revocations: [`op:${"2".repeat(64)}`], served: [root] };
  const make = (name: string, accepted: boolean, comment: string, parts: Members = {}, by = "coach") =>
    (accepted ? valid : invalid)(
      about(name, "DEL-12", comment, "receipt"),
      { ...context, receipt: holdings(grant, { purged_root: root, revocation: context.revocations[0], ...parts }, by) },
      { accepted },
    );
  const proof = (name: string, accepted: boolean, comment: string, parts: Members = {}, by = "coach") =>
    (accepted ? valid : invalid)(
      about(name, "DEL-13", comment, "proof"),
      {
        grant,
        grantee: key("coach").did,
        nonce: "nonce 1",
        proof: holdings(grant, { nonce: "nonce 1", root, count: 2, purged_root: null, ...parts }, by),
      },
      { accepted },
    );
  return [
    make("revoked", true, "Purged for a revocation that is known."),
    make("early", true, "Purged early, or expired: no revocation.", { revocation: null }),
    make("empty", true, "Nothing was held.", { purged_root: emptyRoot }),
    make("forged", false, "Not signed by the grantee.", {}, "clinic"),
    make("other-root", false, "A root that was not served.", { purged_root: `sha256:${"b".repeat(64)}` }),
    make("other-revocation", false, "A revocation that nobody wrote.", { revocation: `op:${"3".repeat(64)}` }),
    make("holds", false, "It still holds something.", { root, count: 1 }),
    make("challenge", false, "An answer to a challenge is no receipt.", { nonce: "nonce 1" }),
    make("no-purge", false, "It does not say what was purged.", { purged_root: null }),
    proof("holds", true, "It holds what it says."),
    proof("nothing", true, "It holds nothing any more.", { root: emptyRoot, count: 0, purged_root: root }),
    proof("replayed", false, "An answer to another challenge.", { nonce: "nonce 0" }),
    proof("forged", false, "Not signed by the grantee.", {}, "clinic"),
    proof("contradiction", false, "The root of nothing, with a count.", { root: emptyRoot }),
  ];
}

/** What a server answers from its log at a time. */
function served(
  name: string,
  rule: string,
  comment: string,
  now: number,
  status: string | null,
  claims: readonly string[],
  write?: (log: Log) => unknown,
  server = "phone",
): Vector {
  const log = granted(`served-${name}`);
  write?.(log);
  const input = { ...log.legend(), pool: log.id("genesis"), log: log.list(), server: key(server).did, grant: log.id("grant"), now };
  const flawless = status === "active" && claims.length > 0;
  const expect = {
    status,
    claims: log.ids(...claims).sort(),
    root: rootOf(claims.map((label) => attestation(log.get(label), log.id("grant")))),
  };
  return (flawless ? valid : invalid)(about(name, rule, comment, "served"), input, status === null ? { status } : expect);
}

const judge = (log: Log, type: string, target: string) => log.op("judgement", "phone", type, { targets: [log.id(target)] });

const slices: readonly Vector[] = [
  served("whole", "DEL-8", "Active claims that the selector selects.", asOf, "active", ["run", "swim"]),
  served("past", "DEL-2", "Not one whose valid_until has passed.", asOf + 1_000, "active", ["run"]),
  served("refuted", "DEL-2", "Not what was refuted.", asOf, "active", ["swim"], (log) => judge(log, "refutation", "run")),
  served("sensitive", "DEL-2", "Not what is more than personal, unless the grant says so.", asOf, "active", ["run", "swim"], (log) =>
    say(log, "secret", "phone", "schedule.monthly", "clinic", { sensitivity: "sensitive" }),
  ),
  served("expired", "DEL-3", "Nothing from expires_at on.", expires, "expired", []),
  served("revoked", "DEL-3", "Nothing once revoked, by root too.", asOf, "revoked", [], (log) => revoked(log, "root")),
  served(
    "revoked-by-removed",
    "DEL-1",
    "By a device that was removed as well: it takes effect even when contested.",
    asOf,
    "revoked",
    [],
    (log) => {
      log.op("removal", "root", "device_remove", { key: key("laptop").did, last: null });
      log.op("revocation", "laptop", "cap_revoke", { grant: log.id("grant") }, { after: ["add-inbox"] });
    },
  ),
  served("revoked-by-ingest", "DEL-1", "Not by a device that is not full.", asOf, "active", ["run", "swim"], (log) =>
    revoked(log, "inbox"),
  ),
  served(
    "contested",
    "DEL-3",
    "A grant by a device that was removed is answered as revoked.",
    asOf,
    "revoked",
    [],
    (log) => log.op("removal", "root", "device_remove", { key: key("phone").did, last: null }),
    "laptop",
  ),
  served("redacted", "DEL-4", "So is one that was redacted.", asOf, "revoked", [], (log) => judge(log, "redaction", "grant")),
  served("redacted-over", "DEL-4", "Until expires_at: then it is unknown.", expires, null, [], (log) => judge(log, "redaction", "grant")),
];

export const delegationVectors: readonly Vector[] = [
  ...patterns,
  ...payloads,
  ...attested(),
  ...declarations,
  ...replies,
  ...receipts(),
  ...slices,
];
