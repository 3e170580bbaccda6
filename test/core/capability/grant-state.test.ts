/** Grants, purges and challenges as functions of facts and now (section 8; spec DEL-3, DEL-14). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GrantTerms } from "../../../src/core/capability/grant.ts";
import {
  type AccessFacts,
  type Challenge,
  challengeState,
  expectedRoots,
  grantStatus,
  purgeOf,
} from "../../../src/core/capability/grant-state.ts";
import { emptyRoot } from "../../../src/core/capability/slice-root.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import type { OpId } from "../../../src/core/op/operation.ts";

const terms: GrantTerms = {
  grantee: "did:key:coach" as Did,
  selector: { predicates: ["*"] },
  purpose: "",
  expiresAt: 1_000,
  refreshMs: 100,
  purgeMs: 50,
};
const revocation = { id: "op:r" as OpId, ts: 700 };
const access = (parts: Partial<AccessFacts> = {}): AccessFacts => ({
  ...{ id: "op:a" as OpId, server: "phone", root: "sha256:a", served: 1, outcome: "served", ts: 500, receipted: false },
  ...parts,
});

test("a grant is active until the millisecond before expires_at", () => {
  assert.equal(grantStatus({ terms, revocation: null }, 999), "active");
  assert.equal(grantStatus({ terms, revocation: null }, 1_000), "expired");
});

test("revoked goes before expired; a redacted grant is revoked", () => {
  assert.equal(grantStatus({ terms, revocation }, 1), "revoked");
  assert.equal(grantStatus({ terms, revocation }, 2_000), "revoked");
  assert.equal(grantStatus({ terms: null, revocation: null }, 1), "revoked");
});

test("a purge is owed from the revocation's ts or from expires_at, whichever came first, and overdue after purge_ms", () => {
  const state = (revoked: boolean, now: number) => purgeOf({ terms, revocation: revoked ? revocation : null }, [access()], now, 1).state;
  assert.deepEqual([state(false, 999), state(false, 1_000), state(false, 1_050), state(false, 1_051)], ["none", "owed", "owed", "overdue"]);
  assert.deepEqual([state(true, 700), state(true, 750), state(true, 751)], ["owed", "owed", "overdue"]);
  const late = { id: "op:r" as OpId, ts: 5_000 };
  assert.equal(purgeOf({ terms, revocation: late }, [access()], 5_000, 1).since, 1_000);
  assert.equal(purgeOf({ terms: null, revocation }, [access()], 702, 1).state, "overdue");
});

test("nothing is owed by one who was never served, and nothing any more when receipts cover all that was served", () => {
  const over = { terms, revocation };
  assert.equal(purgeOf(over, [], 900, 1).state, "none");
  assert.equal(purgeOf(over, [access({ outcome: "revoked" })], 900, 1).state, "none");
  assert.equal(purgeOf(over, [access({ receipted: true })], 900, 1).state, "acknowledged");
  assert.equal(purgeOf(over, [access({ receipted: true }), access({ server: "mirror" })], 900, 1).state, "overdue");
  assert.equal(purgeOf(over, [access({ receipted: true }), access({ outcome: "revoked", root: emptyRoot })], 900, 1).state, "acknowledged");
});

test("a delegate may hold what any server last gave it, nothing after a receipt, and nothing when it was never served", () => {
  const roots = (accesses: readonly AccessFacts[], status: "active" | "revoked" = "active") => [...expectedRoots(accesses, status)].sort();
  assert.deepEqual(roots([]), [emptyRoot]);
  assert.deepEqual(roots([access(), access({ server: "mirror", root: "sha256:b" })]), ["sha256:a", "sha256:b"]);
  assert.deepEqual(roots([access({ receipted: true })]), [emptyRoot, "sha256:a"]);
  assert.deepEqual(roots([access({ receipted: true })], "revoked"), [emptyRoot]);
  assert.deepEqual(roots([access()], "revoked"), ["sha256:a"]);
});

test("a mismatch is disputed when no pull ends it", () => {
  const bad: Challenge = { at: 600, root: "sha256:x", matched: false, unmatchedSince: 600 };
  const now = { status: "active", refreshMs: 100, lastPull: 500, now: 600 } as const;
  assert.equal(challengeState(bad, now), "unmatched");
  assert.equal(challengeState({ ...bad, at: 660 }, { ...now, lastPull: 650, now: 660 }), "disputed");
  assert.equal(challengeState(bad, { ...now, lastPull: 650, now: 660 }), "unmatched", "the pull came after it was last asked");
  assert.equal(challengeState(bad, { ...now, now: 701 }), "disputed");
  assert.equal(challengeState(bad, { ...now, status: "revoked" }), "disputed");
  assert.equal(challengeState(bad, { ...now, status: "expired" }), "disputed");
  assert.equal(challengeState({ at: 600, root: "sha256:a", matched: true, unmatchedSince: null }, now), "matched");
  assert.equal(challengeState({ at: 600, root: null, matched: false, unmatchedSince: null }, now), "unanswered");
});
