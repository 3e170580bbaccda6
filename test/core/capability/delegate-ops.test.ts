/** What a delegate refuses of a reply to its pull (section 8; spec DEL-9): one test a rule, each breaking one thing in a reply that holds. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type Attestation, attest } from "../../../src/core/capability/attestation.ts";
import { checkDelegateOps, type PullExpectation } from "../../../src/core/capability/delegate-ops.ts";
import { sliceRoot } from "../../../src/core/capability/slice-root.ts";
import { PoolError } from "../../../src/core/errors.ts";
import type { Envelope } from "../../../src/core/op/operation.ts";
import type { JsonObject } from "../../../src/core/ports.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { claim } from "../../../src/testkit/payloads.ts";
import { type ScriptedPool, scriptedPool } from "../../../src/testkit/scripted-pool.ts";
import { delegateOps, grantPayload, type HonestReply } from "../../../src/testkit/slices.ts";

function granted(parts: JsonObject = {}) {
  const pool = scriptedPool(nativeCrypto);
  const coach = pool.key("coach");
  const grant = pool.write("phone", "cap_grant", grantPayload(coach, parts));
  const run = pool.write("phone", "claim", claim({ predicate: "schedule.weekly", object: "run on Tuesday", confidence: 0.8 }));
  const swim = pool.write("phone", "claim", claim({ predicate: "schedule.daily", object: "swim", valid_until: 5_000 }));
  const expected: PullExpectation = { grant: grant.op_id, grantee: coach.did, nonce: "n1", lastAsOf: () => null, authority: [] };
  return { pool, coach, grant, run, swim, expected };
}

const check = (reply: JsonObject, expected: PullExpectation) => checkDelegateOps(nativeCrypto, reply, expected);

function refused(reply: JsonObject, expected: PullExpectation, why: RegExp): void {
  assert.throws(
    () => check(reply, expected),
    (error) => error instanceof PoolError && error.code === "peer" && why.test(error.message),
  );
}

test("an honest reply is taken, with all it says", () => {
  const { pool, grant, run, swim, expected } = granted();
  const taken = check(delegateOps(nativeCrypto, pool, { grant, claims: [swim, run] }), expected);
  assert.equal(taken.slice.status, "active");
  assert.deepEqual(
    taken.attestations.map(({ object }) => object),
    ["swim", "run on Tuesday"],
  );
  assert.equal(taken.terms?.purpose, "training");
  assert.equal(taken.authority.ops.length, 2);
  assert.ok(taken.authority.names(pool.key("phone").did));
});

/** The reply with a member of the reply, the slice or the first attestation changed, without signing anew. */
type Change = (reply: JsonObject, pool: ScriptedPool) => JsonObject;
const inSlice =
  (parts: JsonObject): Change =>
  (reply) => ({ ...reply, slice: { ...(reply["slice"] as JsonObject), ...parts } });
const inFirst =
  (parts: JsonObject): Change =>
  (reply) => {
    const [first, ...rest] = reply["attestations"] as JsonObject[];
    return { ...reply, attestations: [{ ...first, ...parts }, ...rest] };
  };
const without =
  (name: string): Change =>
  ({ [name]: _gone, ...rest }) =>
    rest as JsonObject;

const other = `op:${"9".repeat(64)}`;
const changes: readonly { what: string; change: Change; why: RegExp }[] = [
  { what: "another type", change: (reply) => ({ ...reply, type: "ops" }), why: /"type" does not fit/ },
  { what: "one member more in the reply", change: (reply) => ({ ...reply, evidence: [] }), why: /unknown member "evidence"/ },
  ...["grant_id", "slice", "attestations", "grant", "authority"].map((name) => ({
    what: `no ${name}`,
    change: without(name),
    why: new RegExp(`"${name}" is missing`),
  })),
  { what: "another grant's id", change: (reply) => ({ ...reply, grant_id: other }), why: /another grant/ },
  { what: "one member more in the slice", change: inSlice({ note: "hi" }), why: /slice does not fit: unknown member/ },
  { what: "a slice of another version", change: inSlice({ v: 2 }), why: /slice does not fit/ },
  { what: "a slice changed after signing", change: inSlice({ as_of: 2_000 }), why: /signature/ },
  { what: "a weak signature", change: inSlice({ sig: "0".repeat(128) }), why: /signature/ },
  { what: "one member more in an attestation", change: inFirst({ derived_from: [] }), why: /attestation does not fit: unknown/ },
  { what: "an attestation changed", change: inFirst({ object: "run never" }), why: /add up/ },
  { what: "an attestation of another grant", change: inFirst({ grant: other }), why: /attestation is of another grant/ },
  { what: "an attestation without salt", change: inFirst({ salt: "" }), why: /"salt" does not fit/ },
  {
    what: "an attestation left out",
    change: (reply) => ({ ...reply, attestations: (reply["attestations"] as JsonObject[]).slice(1) }),
    why: /as many/,
  },
  {
    what: "a claim attested twice",
    change: (reply) => ({ ...reply, attestations: [0, 0].map((at) => (reply["attestations"] as JsonObject[])[at] as JsonObject) }),
    why: /twice/,
  },
  {
    what: "a grant whose payload was changed",
    change: (reply) => ({ ...reply, grant: widened(reply["grant"] as JsonObject) }),
    why: /verify/,
  },
  { what: "a grant that is no operation", change: (reply) => ({ ...reply, grant: {} }), why: /no operation/ },
  { what: "a claim as the grant", change: (reply, pool) => ({ ...reply, grant: plain(pool.ops.at(-1)) }), why: /another operation/ },
  { what: "no genesis", change: (reply) => ({ ...reply, authority: (reply["authority"] as JsonObject[]).slice(1) }), why: /genesis/ },
  {
    what: "only a genesis",
    change: (reply) => ({ ...reply, authority: (reply["authority"] as JsonObject[]).slice(0, 1) }),
    why: /issuer is not shown/,
  },
  { what: "evidence among authority", change: (reply, pool) => ({ ...reply, authority: [plain(pool.ops.at(-1))] }), why: /holds a claim/ },
  {
    what: "another pool's authority",
    change: (reply) => ({ ...reply, authority: scriptedPool(nativeCrypto, "other").ops.map(plain) }),
    why: /another pool/,
  },
];

function widened(grant: JsonObject): JsonObject {
  return { ...grant, payload: { ...(grant["payload"] as JsonObject), selector: { predicates: ["*"] } } };
}

function plain(op: Envelope | undefined): JsonObject {
  return JSON.parse(JSON.stringify(op)) as JsonObject;
}

suite("a reply is refused whole with", () => {
  for (const { what, change, why } of changes) {
    test(what, () => {
      const { pool, grant, run, swim, expected } = granted();
      const reply = delegateOps(nativeCrypto, pool, { grant, claims: [run, swim] });
      check(reply, expected);
      refused(change(reply, pool), expected, why);
    });
  }
});

/** What a grantor with a bug, or a hostile one, signs. */
const signed: readonly { what: string; parts: (given: ReturnType<typeof granted>) => Partial<HonestReply>; why: RegExp }[] = [
  { what: "another nonce: a replay", parts: () => ({ nonce: "n0" }), why: /another request/ },
  { what: "another audience", parts: () => ({ grantee: "clinic" }), why: /audience/ },
  { what: "another grant in the slice", parts: () => ({ lie: { grant: other as Envelope["op_id"] } }), why: /slice is of another grant/ },
  { what: "a wrong count", parts: () => ({ lie: { count: 3 } }), why: /as many/ },
  { what: "a wrong root", parts: () => ({ lie: { slice_root: `sha256:${"0".repeat(64)}` } }), why: /add up/ },
  { what: "an issuer who is a stranger", parts: () => ({ issuer: "thief" }), why: /issuer/ },
  { what: "root as issuer", parts: () => ({ issuer: "root" }), why: /issuer/ },
  { what: "attestations though revoked", parts: () => ({ status: "revoked" }), why: /not active/ },
  { what: "active after expires_at", parts: () => ({ asOf: 1_000_000, claims: [] }), why: /active after/ },
  { what: "expired before expires_at", parts: () => ({ asOf: 999_999, status: "expired", claims: [] }), why: /expired before/ },
  { what: "an entry that is past", parts: () => ({ asOf: 5_000 }), why: /past its time/ },
  {
    what: "a predicate outside the selector",
    parts: ({ pool }) => ({ claims: [pool.write("phone", "claim", claim({ predicate: "health.weight", object: 70 }))] }),
    why: /outside/,
  },
  {
    what: "a revocation named and not sent",
    parts: ({ run }) => ({ claims: [], status: "revoked", lie: { revocation: run.op_id } }),
    why: /revocation/,
  },
  {
    what: "a revocation while active",
    parts: ({ pool, grant }) => ({ claims: [], revocation: pool.write("phone", "cap_revoke", { grant: grant.op_id }) }),
    why: /not revoked names/,
  },
  {
    what: "a revocation of another grant",
    parts: ({ pool }) => ({ claims: [], status: "revoked", revocation: pool.write("phone", "cap_revoke", { grant: other }) }),
    why: /something else/,
  },
  {
    what: "another revocation than the slice names",
    parts: ({ pool, grant, run }) => ({
      claims: [],
      status: "revoked",
      revocation: pool.write("phone", "cap_revoke", { grant: grant.op_id }),
      lie: { revocation: run.op_id },
    }),
    why: /not the one the slice names/,
  },
  {
    what: "a revocation by one who may not",
    parts: ({ pool, grant }) => ({
      claims: [],
      status: "revoked",
      revocation: pool.write("thief", "cap_revoke", { grant: grant.op_id }, pool.ops),
    }),
    why: /may not revoke/,
  },
];

suite("a signed reply is refused whole with", () => {
  for (const { what, parts, why } of signed) {
    test(what, () => {
      const given = granted();
      const { pool, grant, run, swim, expected } = given;
      refused(delegateOps(nativeCrypto, pool, { grant, claims: [run, swim], ...parts(given) }), expected, why);
    });
  }

  test("a subject or a confidence outside the selector", () => {
    for (const selector of [
      { predicates: ["*"], subjects: ["person:ada"] },
      { predicates: ["*"], min_confidence: 0.81 },
    ]) {
      const { pool, grant, run, expected } = granted({ selector });
      refused(delegateOps(nativeCrypto, pool, { grant, claims: [run] }), expected, /outside/);
    }
  });

  test("a grant to another grantee, or with terms that do not fit", () => {
    const clinic = scriptedPool(nativeCrypto).key("clinic").did;
    for (const [parts, why] of [
      [{ grantee: clinic }, /another grantee/],
      [{ more: 1 }, /terms do not fit/],
    ] as const) {
      const { pool, grant, expected } = granted(parts);
      refused(delegateOps(nativeCrypto, pool, { grant }), expected, why);
    }
  });

  test("a grant without terms, unless it is revoked", () => {
    const { pool, grant, expected } = granted();
    const bare = (status: "active" | "revoked") => {
      const reply = delegateOps(nativeCrypto, pool, { grant, status });
      const { salt: _salt, payload: _payload, ...rest } = reply["grant"] as JsonObject;
      return { ...reply, grant: rest } as JsonObject;
    };
    refused(bare("active"), expected, /without its terms/);
    assert.equal(check(bare("revoked"), expected).terms, null);
  });

  test("another node than the one that the transport shows", () => {
    const { pool, grant, expected } = granted();
    const reply = delegateOps(nativeCrypto, pool, { grant });
    check(reply, { ...expected, server: pool.key("phone").did });
    refused(reply, { ...expected, server: pool.key("laptop").did }, /another node/);
  });

  test("a lower as_of than was taken from that issuer; an equal one is taken", () => {
    const { pool, grant, expected } = granted();
    const reply = delegateOps(nativeCrypto, pool, { grant, asOf: 1_000 });
    const seen = (asOf: number) => ({ ...expected, lastAsOf: (issuer: string) => (issuer === pool.key("phone").did ? asOf : 9_999) });
    refused(reply, seen(1_001), /older/);
    check(reply, seen(1_000));
  });
});

suite("authority", () => {
  test("a mirror issues; ingest, assistant and unknown roles do not", () => {
    for (const role of ["full", "mirror", "ingest", "assistant", "smart_lamp"]) {
      const { pool, grant, run, expected } = granted();
      pool.add("root", "mirror", role);
      const reply = delegateOps(nativeCrypto, pool, { grant, claims: [run], issuer: "mirror" });
      if (role === "full" || role === "mirror") check(reply, expected);
      else refused(reply, expected, /issuer/);
    }
  });

  test("an issuer that authority removes is refused, also when only an earlier reply showed the removal", () => {
    const { pool, grant, expected } = granted();
    pool.add("root", "laptop", "full");
    const before = delegateOps(nativeCrypto, pool, { grant, issuer: "laptop" });
    check(before, expected);
    pool.remove("root", "laptop", null);
    refused(delegateOps(nativeCrypto, pool, { grant, issuer: "laptop" }), expected, /issuer/);
    const { authority } = check(delegateOps(nativeCrypto, pool, { grant }), expected);
    refused(before, { ...expected, authority: authority.ops }, /issuer/);
  });

  test("a thief who ranks after the phone can't remove it as issuer", () => {
    const { pool, grant, expected } = granted();
    pool.add("phone", "thief", "full");
    const known = pool.ops.slice();
    pool.remove("phone", "thief", null, known);
    pool.remove("thief", "phone", null, known);
    check(delegateOps(nativeCrypto, pool, { grant }), expected);
  });

  test("an add by a removed device counts when it came before `last`, and not after", () => {
    const { pool, grant, expected } = granted();
    pool.add("root", "laptop", "full");
    const before = pool.add("laptop", "mirror", "mirror");
    const after = pool.add("laptop", "tablet", "mirror");
    pool.remove("root", "laptop", before);
    check(delegateOps(nativeCrypto, pool, { grant, issuer: "mirror" }), expected);
    refused(delegateOps(nativeCrypto, pool, { grant, issuer: "tablet" }), expected, /issuer/);
    assert.ok(after.lamport > before.lamport);
  });

  test("of a `last` that is not shown, what is lower than the removal counts; of none, nothing", () => {
    for (const covered of [true, false]) {
      const { pool, grant, expected } = granted();
      pool.add("root", "laptop", "full");
      pool.add("laptop", "mirror", "mirror");
      const note = pool.write("laptop", "note", { target: pool.id });
      pool.remove("root", "laptop", covered ? note : null);
      const reply = delegateOps(nativeCrypto, pool, { grant, issuer: "mirror" });
      if (covered) check(reply, expected);
      else refused(reply, expected, /issuer/);
    }
  });

  test("a grantor who never was full is refused; one removed since is the issuer's word", () => {
    const { pool, coach, expected } = granted();
    pool.add("root", "importer", "ingest");
    const void_ = pool.write("importer", "cap_grant", grantPayload(coach));
    refused(delegateOps(nativeCrypto, pool, { grant: void_ }), { ...expected, grant: void_.op_id }, /grantor/);
    pool.add("root", "laptop", "full");
    const grant = pool.write("laptop", "cap_grant", grantPayload(coach));
    const removal = pool.remove("root", "laptop", null);
    const reply = delegateOps(nativeCrypto, pool, { grant, status: "revoked", revocation: removal });
    assert.equal(check(reply, { ...expected, grant: grant.op_id }).revocation?.op_id, removal.op_id);
  });

  test("root revokes, and so does a full device that was removed", () => {
    for (const author of ["root", "laptop"]) {
      const { pool, grant, expected } = granted();
      const add = pool.add("root", "laptop", "full");
      const known = [...pool.ops];
      pool.remove("root", "laptop", null);
      const revocation = pool.write(author, "cap_revoke", { grant: grant.op_id }, author === "root" ? pool.ops : known);
      assert.ok(revocation.lamport > add.lamport);
      check(delegateOps(nativeCrypto, pool, { grant, status: "revoked", revocation }), expected);
    }
  });
});

test("two grants to one grantee: neither's reply is taken for the other", () => {
  const { pool, coach, grant, run, expected } = granted();
  const second = pool.write("phone", "cap_grant", grantPayload(coach, { selector: { predicates: ["*"] } }));
  const reply = delegateOps(nativeCrypto, pool, { grant: second, claims: [run] });
  check(reply, { ...expected, grant: second.op_id });
  refused(reply, expected, /another grant/);
  refused({ ...reply, grant_id: grant.op_id }, expected, /another grant/);
});

test("the order of attestations says nothing: their root is that of the list sorted by claim", () => {
  const { grant, run, swim } = granted();
  const both: Attestation[] = [run, swim].map((op) => attest(nativeCrypto.sha256Hex, op, grant.op_id));
  assert.equal(sliceRoot(nativeCrypto.sha256Hex, both), sliceRoot(nativeCrypto.sha256Hex, both.toReversed()));
});
