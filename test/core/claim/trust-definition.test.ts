/**
 * Law: trust is what section 6 defines. Over random histories, `why` tells of every claim what the definition, read slowly
 * over the whole log, says. FABLEPOOL_RUNS scales how many histories are tried, FABLEPOOL_SEED says from which on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonical } from "../../../src/core/codec/canonical.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import { whyClaim } from "../../../src/node/why.ts";
import { judgeAll, type OracleVerdict } from "../../../src/testkit/oracle.ts";
import type { Node } from "../../../src/testkit/oracle-devices.ts";
import { fits, roleMay } from "../../../src/testkit/oracle-payloads.ts";
import { poolHistory } from "../../../src/testkit/pool-history.ts";
import { rememberingCrypto } from "../../../src/testkit/remembering-crypto.ts";
import { runs } from "../../node/replicas.ts";
import { deliver, withReplica } from "../../replicas.ts";

const levels = ["user", "import", "assistant", "third_party"];
const caps: Readonly<Record<string, string>> = { full: "user", ingest: "import", assistant: "assistant" };

/** Trust of every claim of the log; null for what does not stand. */
function trustsOf({ log, contested, devices, payloads, statuses }: OracleVerdict): Map<string, string | null> {
  const ops = [...log.values()];
  const roleOf = (op: Node) => devices.ranked.find(({ key }) => key === op.header.author)?.role;
  const counts = (op: Node) =>
    payloads.has(op.header.op_id) &&
    !contested.has(op.header.op_id) &&
    roleMay(roleOf(op), op.header.type) &&
    fits(op.header.type, op.payload ?? {});
  const targeted = (id: string, type: string): boolean =>
    ops.some(
      (op) => op.header.type === type && counts(op) && idsIn(op, "targets").includes(id) && !targeted(op.header.op_id, "refutation"),
    );
  const isStanding = (id: string) => ["active", "superseded"].includes(statuses.get(id) ?? "");
  const standing = ops.filter(({ header }) => isStanding(header.op_id));
  const endorsed = new Set(standing.filter(({ header }) => targeted(header.op_id, "endorsement")));
  const levelOf = (op: Node): number => {
    const cap = levels.indexOf(caps[roleOf(op) ?? ""] ?? "third_party");
    return op.header.type === "evidence" ? Math.max(cap, levels.indexOf(String(op.payload?.["origin"]))) : endorsed.has(op) ? 0 : cap;
  };
  const trusts = new Map<string, string | null>([...statuses.keys()].map((id) => [id, null]));
  for (const [at, level] of levels.entries()) {
    const left = new Set<Node>();
    const kept = standing.filter((op) => levelOf(op) <= at);
    const holds = (id: string): boolean => {
      const op = log.get(id);
      if (op?.header.type === "evidence") return counts(op) && !targeted(id, "refutation") && levelOf(op) <= at;
      return op !== undefined && [...left].some((other) => statementOf(other) === statementOf(op));
    };
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const op of kept) if (endorsed.has(op) || idsIn(op, "derived_from").every(holds)) left.add(op);
    }
    for (const { header } of left) trusts.set(header.op_id, trusts.get(header.op_id) ?? level);
  }
  return trusts;
}

function idsIn({ payload }: Node, member: string): readonly string[] {
  const ids = payload?.[member];
  return Array.isArray(ids) ? (ids as string[]) : [];
}

function statementOf({ payload }: Node): string {
  return canonical([payload?.["subject"], payload?.["predicate"], payload?.["object"]]);
}

const histories = runs(12);
const firstSeed = Number(process.env["FABLEPOOL_SEED"] ?? 1);

test(`law: the trust that \`why\` tells is the definition's (${histories} histories)`, async () => {
  const seen = new Set<string | null>();
  for (let seed = firstSeed; seed < firstSeed + histories; seed++) {
    const crypto = rememberingCrypto(nativeCrypto);
    const { pool, values } = poolHistory(crypto, seed, 60 + (seed % 5) * 15);
    const expected = trustsOf(judgeAll(crypto, pool, values));
    await withReplica({ kind: "memory", crypto, pool }, async (replica) => {
      await deliver(replica, [], values);
      for (const [id, trust] of expected) {
        assert.equal((await whyClaim(replica, id as OpId)).trust, trust, `of ${id}, seed ${seed}`);
        seen.add(trust);
      }
    });
  }
  assert.ok(seen.size > 2, "the histories have claims of several levels");
});
