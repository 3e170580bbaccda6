/** How a grant's account reads on a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { entryText } from "../../src/cli/grant-text.ts";
import type { LedgerEntry } from "../../src/node/index.ts";

const op = (digit: string) => `op:${digit.repeat(64)}` as const;
const day = (date: number) => Date.UTC(2026, 0, date);
const did = "did:key:z6MktA7vTw6NmM4qDXNgFtzP6f6c5PATAAr3H1ZNstsoSist" as const;

test("what happened under a grant is told in the order in which it happened", () => {
  const read = (date: number, outcome: string) => ({ op: op("2"), server: did, at: day(date), outcome, served: 1, root: "" });
  const entry = {
    grant: op("1"),
    grantee: did,
    name: "coach",
    by: did,
    at: day(1),
    terms: null,
    status: "revoked",
    revocation: null,
    accesses: [read(2, "served"), read(4, "served"), read(6, "revoked")],
    receipts: [{ op: op("3"), at: day(5), purged: null }],
    purge: { state: "none", disputed: false },
    challenge: { at: day(3), root: null, matched: true, unmatchedSince: null, state: "matched" },
    withdrawn: [],
  } as unknown as LedgerEntry;
  const dated = entryText(entry)
    .split("\n")
    .flatMap((line) => /^ {2}2026-01-0(\d)\S* {2}(\w+)/.exec(line)?.slice(1).join(" ") ?? []);
  assert.deepEqual(dated, ["2 read", "3 challenged", "4 read", "5 said", "6 was"]);
});
