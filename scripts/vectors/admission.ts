/** Part `admission`: shape, identity, pool, causality, and what becomes of payloads. */
import { key } from "./hashing.ts";
import { type Ingest, ingest, type Verdicts } from "./ingest-vector.ts";
import { bare, type Envelope, founded, type Log, signedTogether } from "./log-builder.ts";
import { claim } from "./operation.ts";
import type { Vector } from "./vector.ts";

/** A scenario on a pool with a laptop and a phone, both `full`. */
function scenario(name: string, rule: string, comment: string, make: (log: Log) => readonly [Ingest, Verdicts]): Vector {
  const log = founded(`admission/${name}`, { laptop: "full", phone: "full" });
  const [input, verdicts] = make(log);
  return ingest(name, rule, comment, log, input, verdicts);
}

const founding = ["genesis", "add-laptop", "add-phone"] as const;
const tea = (log: Log, label = "tea", author = "laptop") => log.op(label, author, "claim", { ...claim, object: label });
const flip = (op: Envelope): Envelope => ({ ...op, sig: `${op.sig.slice(0, -1)}${op.sig.endsWith("0") ? "1" : "0"}` });

const batches: readonly Vector[] = [
  scenario("in-order", "ADM-1", "A whole log, ancestors first.", (log) => {
    tea(log);
    return [{ batch: log.list() }, { accepted: [...founding, "tea"] }];
  }),
  scenario("out-of-order", "ADM-8", "The same log backwards: every prev is in the batch.", (log) => {
    tea(log);
    return [{ batch: log.list().reverse() }, { accepted: [...founding, "tea"] }];
  }),
  scenario("empty", "ADM-1", "An empty batch.", (log) => [{ given: log.list(), batch: [] }, {}]),
  scenario("one-signature", "ADM-4", "Three operations under one signature, in any order.", (log) => {
    const ops = log.batch(
      "laptop",
      ["a", "b", "c"].map((label) => [label, "claim", { ...claim, object: label }] as const),
    );
    return [{ given: log.list(...founding), batch: ops.toReversed() }, { accepted: ["a", "b", "c"] }];
  }),
  scenario("part-of-a-batch", "ADM-4", "Of three operations under one signature the first two come: each verifies by itself.", (log) => {
    const ops = log.batch(
      "laptop",
      ["a", "b", "c"].map((label) => [label, "claim", { ...claim, object: label }] as const),
    );
    return [{ given: log.list(...founding), batch: ops.slice(0, 2) }, { accepted: ["a", "b"] }];
  }),
  scenario("bad-among-good", "ADM-2", "Each operation has its own verdict: a bad one takes only what follows it.", (log) => {
    const bad = flip(tea(log, "bad"));
    const good = log.op("good", "phone", "claim", claim, { after: ["add-phone"] });
    log.op("after-bad", "laptop", "claim", claim, { after: [] });
    return [
      { given: log.list(...founding), batch: [bad, good, log.get("after-bad"), "no envelope"] },
      {
        accepted: ["good"],
        rejected: [
          ["bad", "identity"],
          ["", "shape"],
        ],
        deferred: ["after-bad"],
      },
    ];
  }),
  scenario("op-id-as-given", "ADM-3", "A rejection by shape names the op_id as it came, or an empty text.", (log) => {
    const op = tea(log);
    const { sig: _sig, ...unsigned } = op;
    const { op_id: _id, ...nameless } = op;
    return [
      { given: log.list(...founding), batch: [unsigned, nameless, { ...op, op_id: 7 }, { ...op, op_id: "op:short" }] },
      {
        rejected: [
          ["tea", "shape"],
          ["", "shape"],
          ["", "shape"],
          ["op:short", "shape"],
        ],
      },
    ];
  }),
  scenario("shape-before-identity", "ADM-2", "Bad in shape and in hash: shape decides.", (log) => [
    { given: log.list(...founding), batch: [{ ...tea(log), ts: -1 }] },
    { rejected: [["tea", "shape"]] },
  ]),
  scenario("identity-before-pool", "ADM-2", "Of another pool, and with a bad signature: identity decides.", (log) => {
    const op = log.op("elsewhere", "laptop", "claim", claim, { lie: { pool: `op:${"5".repeat(64)}` } });
    return [
      { given: log.list(...founding), batch: [flip(op)] },
      { rejected: [["elsewhere", "identity"]], remembered: [] },
    ];
  }),
];

const duplicates: readonly Vector[] = [
  scenario("duplicate", "ADM-5", "What is here already is dropped silently.", (log) => {
    tea(log);
    return [{ given: log.list(), batch: log.list() }, {}];
  }),
  scenario(
    "duplicate-other-envelope",
    "ADM-5",
    "The same operation under another signature is a duplicate: the first valid envelope stays.",
    (log) => {
      const op = tea(log);
      return [{ given: log.list(), batch: signedTogether(key("laptop"), [op]) }, {}];
    },
  ),
  scenario("duplicate-bad-signature", "ADM-5", "A duplicate ends before signatures are checked.", (log) => {
    const op = tea(log);
    return [{ given: log.list(), batch: [flip(op)] }, {}];
  }),
  scenario("duplicate-bad-payload", "ADM-4", "Its hashes are checked all the same.", (log) => {
    const op = tea(log);
    return [
      { given: log.list(), batch: [{ ...op, payload: { ...claim, object: "other" } }] },
      { rejected: [["tea", "identity"]], remembered: [] },
    ];
  }),
  scenario("twice-in-a-batch", "ADM-5", "Twice in one batch: accepted once.", (log) => {
    const op = tea(log);
    return [{ given: log.list(...founding), batch: [op, ...signedTogether(key("laptop"), [op]), op] }, { accepted: ["tea"] }];
  }),
  scenario(
    "bad-copy-then-good",
    "ADM-18",
    "Anyone can put a good id on a bad envelope: the good one is still taken, and nothing is remembered.",
    (log) => {
      const op = tea(log);
      return [
        { given: log.list(...founding), batch: [flip(op), op] },
        { accepted: ["tea"], rejected: [["tea", "identity"]], remembered: [] },
      ];
    },
  ),
  scenario("duplicate-unblocks", "ADM-5", "What follows a duplicate in the batch finds it in the store.", (log) => {
    tea(log);
    tea(log, "after");
    return [{ given: log.without("after"), batch: log.list("tea", "after") }, { accepted: ["after"] }];
  }),
];

const payloads: readonly Vector[] = [
  scenario("without-payload", "ADM-14", "A claim without payload is admitted; it is asked for again.", (log) => [
    { given: log.list(...founding), batch: [bare(tea(log))] },
    { accepted: ["tea"], bare: ["tea"], incomplete: ["tea"] },
  ]),
  scenario("unknown-type-without-payload", "ADM-14", "So is an operation of unknown type.", (log) => [
    { given: log.list(...founding), batch: [bare(log.op("future", "laptop", "future_type", { a: 1 }))] },
    { accepted: ["future"], bare: ["future"], incomplete: ["future"] },
  ]),
  scenario("payload-attached", "ADM-6", "The payload comes later, and is attached.", (log) => {
    const op = tea(log);
    return [
      { given: [...log.list(...founding), bare(op)], batch: [op] },
      { bare: [], incomplete: [] },
    ];
  }),
  scenario("payload-attached-in-batch", "ADM-6", "First without, then with, in one batch.", (log) => {
    const op = tea(log);
    return [
      { given: log.list(...founding), batch: [bare(op), op] },
      { accepted: ["tea"], bare: [], incomplete: [] },
    ];
  }),
  scenario(
    "payload-attached-bad-signature",
    "ADM-6",
    "The hash in the stored header vouches for the payload; the envelope's signature is not needed.",
    (log) => {
      const op = tea(log);
      return [
        { given: [...log.list(...founding), bare(op)], batch: [flip(op)] },
        { bare: [], incomplete: [] },
      ];
    },
  ),
  scenario("payload-not-attached", "ADM-6", "Another payload is not attached.", (log) => {
    const op = tea(log);
    return [
      { given: [...log.list(...founding), bare(op)], batch: [{ ...op, payload: { ...claim, object: "other" } }] },
      { rejected: [["tea", "identity"]], bare: ["tea"], incomplete: ["tea"] },
    ];
  }),
  scenario("payload-redacted", "ADM-6", "A redaction in force keeps the payload out; nobody asks for it again.", (log) => {
    const op = tea(log);
    log.op("redaction", "laptop", "redaction", { targets: [op.op_id] });
    return [
      { given: [...log.list(...founding), bare(op), log.get("redaction")], batch: [op] },
      { bare: ["tea"], incomplete: [] },
    ];
  }),
  scenario("payload-redacted-before", "ADM-6", "The redaction came first: the target is admitted, its payload is not kept.", (log) => {
    const op = tea(log, "tea", "phone");
    log.op("redaction", "laptop", "redaction", { targets: [op.op_id] }, { after: ["add-phone"] });
    return [
      { given: log.without("tea"), batch: [op] },
      { accepted: ["tea"], bare: ["tea"], incomplete: [] },
    ];
  }),
  ...(["asked-for", "attached"] as const).map((name) =>
    scenario(
      `payload-redacted-by-removed-${name}`,
      "ADM-14",
      "Whoever redacted it is removed, nothing of theirs counts: the payload is wanted again, and taken.",
      (log) => {
        const op = tea(log);
        log.op("redaction", "phone", "redaction", { targets: [op.op_id] });
        log.op("removal", "root", "device_remove", { key: key("phone").did, last: null });
        const input = { given: log.list(...founding, "tea"), before: [log.list("redaction"), log.list("removal")] };
        if (name === "attached")
          return [
            { ...input, batch: [op] },
            { bare: [], incomplete: [] },
          ];
        return [
          { ...input, batch: [] },
          { bare: ["tea"], incomplete: ["tea"] },
        ];
      },
    ),
  ),
];

/** Operations that count as not received without their payload, and one that follows. */
const stripped: readonly Vector[] = (
  [
    ["refutation", (log: Log) => ({ targets: log.ids("tea") })],
    ["endorsement", (log: Log) => ({ targets: log.ids("tea") })],
    ["redaction", (log: Log) => ({ targets: log.ids("tea") })],
    ["cap_revoke", (log: Log) => ({ grant: log.id("tea") })],
    ["device_add", () => ({ key: key("tablet").did, role: "full" })],
    ["device_remove", () => ({ key: key("phone").did, last: null })],
  ] as const
).map(([type, payload]) =>
  scenario(
    `stripped-${type.replace("_", "-")}`,
    "ADM-13",
    `A ${type} without payload counts as not received, and what follows it waits.`,
    (log) => {
      tea(log);
      const op = log.op("judgement", "laptop", type, payload(log));
      tea(log, "after");
      return [
        { given: log.without("judgement", "after"), batch: [bare(op), log.get("after")] },
        { deferred: ["judgement", "after"], absent: ["judgement", "after"], incomplete: [] },
      ];
    },
  ),
);

const waiting: readonly Vector[] = [
  scenario("stripped-genesis", "ADM-13", "Not even a genesis counts without its payload.", (log) => [
    { batch: [bare(log.get("genesis")), log.get("add-laptop")] },
    { deferred: ["genesis", "add-laptop"], absent: ["genesis"] },
  ]),
  scenario("stripped-then-whole", "ADM-13", "Stripped and whole in one batch: the whole one is taken, nothing waits.", (log) => {
    const op = log.op("refutation", "laptop", "refutation", { targets: [tea(log).op_id] });
    return [{ given: log.without("refutation"), batch: [bare(op), op] }, { accepted: ["refutation"] }];
  }),
  scenario("missing-prev", "ADM-8", "A prev is missing: deferred, and not stored.", (log) => {
    tea(log);
    tea(log, "after");
    return [
      { given: log.list(...founding), batch: log.list("after") },
      { deferred: ["after"], absent: ["after"], incomplete: [] },
    ];
  }),
  scenario("missing-prev-chain", "ADM-8", "What follows a deferred operation waits too.", (log) => {
    tea(log);
    tea(log, "second");
    tea(log, "third");
    return [
      { given: log.list(...founding), batch: log.list("third", "second") },
      { deferred: ["second", "third"], absent: ["second", "third"] },
    ];
  }),
  scenario("deferred-once", "ADM-8", "Twice in one batch, stripped and whole, and both wait: named once.", (log) => {
    tea(log);
    const op = log.op("refutation", "laptop", "refutation", { targets: log.ids("tea") });
    return [
      { given: log.list(...founding), batch: [op, bare(op), op] },
      { deferred: ["refutation"], absent: ["refutation"] },
    ];
  }),
  scenario("missing-one-of-two", "ADM-8", "Every prev must be there.", (log) => {
    tea(log);
    log.op("aside", "phone", "claim", claim, { after: ["add-phone"] });
    tea(log, "merging");
    return [{ given: log.without("aside", "merging"), batch: log.list("merging") }, { deferred: ["merging"] }];
  }),
  scenario("server-forgets", "ADM-17", "A server keeps no deferred operation: it must be sent again.", (log) => {
    tea(log);
    tea(log, "after");
    return [
      { given: log.list(...founding), before: [log.list("after")], batch: log.list("tea") },
      { accepted: ["tea"], absent: ["after"] },
    ];
  }),
  scenario("waits-behind-rejected", "ADM-18", "What follows a rejected operation waits, for ever.", (log) => {
    log.op("bad", "laptop", "claim", claim, { lie: { lamport: 9 } });
    log.op("after", "laptop", "claim", claim, { lie: { lamport: 10 } });
    return [
      { given: log.list(...founding), batch: log.list("bad", "after") },
      { rejected: [["bad", "chain"]], deferred: ["after"], absent: ["bad", "after"], remembered: ["bad"] },
    ];
  }),
  scenario(
    "causality-before-author",
    "ADM-2",
    "A stranger's operation with a missing prev waits: its author is judged by its past.",
    (log) => {
      tea(log);
      log.op("strange", "stranger", "claim", claim);
      return [
        { given: log.list(...founding), batch: log.list("strange") },
        { deferred: ["strange"], remembered: [] },
      ];
    },
  ),
];

const pools: readonly Vector[] = [
  scenario("other-pool", "ADM-7", "An operation of another pool.", (log) => {
    log.op("elsewhere", "laptop", "claim", claim, { lie: { pool: `op:${"5".repeat(64)}` } });
    return [
      { given: log.list(...founding), batch: log.list("elsewhere") },
      { rejected: [["elsewhere", "pool"]], remembered: [], absent: ["elsewhere"] },
    ];
  }),
  scenario("other-genesis", "ADM-7", "The genesis of another pool, by the same root.", (log) => {
    const other = founded("admission/other-genesis/other", {}).get("genesis");
    return [
      { given: log.list(), batch: [other] },
      { rejected: [[other.op_id, "pool"]], remembered: [] },
    ];
  }),
  scenario("no-pool", "ADM-7", "A node without a pool adopts none by itself.", (log) => [
    { pool: null, batch: log.list() },
    { rejected: founding.map((label) => [label, "pool"] as const), remembered: [] },
  ]),
  scenario("told-to-join", "ADM-7", "A node that was told which pool to join takes it.", (log) => [
    { batch: log.list("genesis") },
    { accepted: ["genesis"] },
  ]),
  scenario("pool-before-causality", "ADM-2", "Of another pool, and its prev is missing: pool decides.", (log) => {
    tea(log);
    log.op("elsewhere", "laptop", "claim", claim, { lie: { pool: `op:${"5".repeat(64)}` } });
    return [{ given: log.list(...founding), batch: log.list("elsewhere") }, { rejected: [["elsewhere", "pool"]] }];
  }),
  scenario("pool-before-stripped", "ADM-2", "Of another pool, and without the payload it needs: pool decides.", (log) => {
    const op = log.op("elsewhere", "laptop", "refutation", { targets: log.ids("genesis") }, { lie: { pool: `op:${"5".repeat(64)}` } });
    return [{ given: log.list(...founding), batch: [bare(op)] }, { rejected: [["elsewhere", "pool"]] }];
  }),
];

export const admissionVectors: readonly Vector[] = [...batches, ...duplicates, ...payloads, ...stripped, ...waiting, ...pools];
