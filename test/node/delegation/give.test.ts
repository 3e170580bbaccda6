/** Granting, previewing and revoking as a device does it: what is written, and what is refused before anything is. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Selector } from "../../../src/core/capability/selector.ts";
import { type Giver, grant, type NewGrant, previewSlice, revoke } from "../../../src/node/delegation/give.ts";
import { ledger } from "../../../src/node/delegation/ledger.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { claim, logOf } from "../replicas.ts";
import { dayMs, Grantee, type Grantor, newGrantor, objects, opsOfType, run, type Server, startMs } from "./grantor.ts";

function giverOf({ replica, writer }: Server): Giver {
  return { replica, writer, write: (drafts) => writeDrafts(replica, writer, drafts) };
}

const asked = (grantor: Grantor, parts: Partial<NewGrant> = {}): NewGrant => ({
  grantee: grantor.who("coach").did,
  selector: { predicates: ["schedule.*"] },
  purpose: "training",
  expiresAt: startMs + dayMs,
  ...parts,
});

suite("a grant", () => {
  test("says what was asked, after a note with the grantee's name", async () => {
    const grantor = await newGrantor();
    const selector: Selector = { predicates: ["schedule.*"], subjects: ["Zoe\u0308"], min_confidence: 0.5 };
    const id = await grant(giverOf(grantor), asked(grantor, { selector, name: "coach", refreshMs: 5, purgeMs: 6 }));
    const [note, given] = (await logOf(grantor.replica)).slice(-2);
    assert.deepEqual([note?.type, note?.payload], ["note", { target: grantor.who("coach").did, name: "coach" }]);
    assert.deepEqual([given?.op_id, given?.prev], [id, [note?.op_id]]);
    assert.deepEqual(given?.payload, {
      ...{ grantee: grantor.who("coach").did, purpose: "training", expires_at: startMs + dayMs, refresh_ms: 5, purge_ms: 6 },
      selector: { predicates: ["schedule.*"], subjects: ["Zo\u00eb"], min_confidence: 0.5 },
    });
    assert.equal((await ledger(grantor.replica, startMs))[0]?.name, "coach");
  });

  const refused: readonly [what: string, parts: (grantor: Grantor) => Partial<NewGrant>, code: string][] = [
    ["to what is no key", () => ({ grantee: "coach" }), "key"],
    ["to this device", ({ writer }) => ({ grantee: writer.did }), "usage"],
    ["that shows nothing", () => ({ selector: { predicates: [] } }), "usage"],
    ["with a member more", () => ({ selector: { predicates: ["*"], objects: [] } as unknown as Selector }), "usage"],
    ["that is over", () => ({ expiresAt: startMs }), "usage"],
    ["without an end", () => ({ expiresAt: Number.NaN }), "usage"],
  ];
  for (const [what, parts, code] of refused) {
    test(`is refused ${what}, and nothing is written`, async () => {
      const grantor = await newGrantor();
      const before = await logOf(grantor.replica);
      await assert.rejects(grant(giverOf(grantor), asked(grantor, parts(grantor))), { code });
      assert.deepEqual(await logOf(grantor.replica), before);
    });
  }

  test("is refused to a device that is not full", async () => {
    const grantor = await newGrantor();
    for (const role of ["mirror", "ingest", "assistant"]) {
      await assert.rejects(grant(giverOf(await grantor.device(role, role)), asked(grantor)), { code: "role" });
    }
  });
});

test("a preview is exactly what the grantee then reads, and writes nothing", async () => {
  const grantor = await newGrantor();
  await grantor.write([
    run("a"),
    run("b", { sensitivity: "sensitive" }),
    run("c", { valid_until: startMs }),
    claim("self", "place.home", "Lyon"),
  ]);
  const before = await logOf(grantor.replica);
  const selector: Selector = { predicates: ["schedule.*"] };
  const seen = await previewSlice(grantor.replica, selector, grantor.world.now);
  assert.deepEqual(await logOf(grantor.replica), before);
  const coach = new Grantee(grantor.who("coach"), await grant(giverOf(grantor), asked(grantor, { selector })));
  const checked = await coach.pull(grantor);
  assert.deepEqual(
    seen.map(({ attestation }) => attestation),
    checked.attestations.map(({ grant: _grant, salt: _salt, ...rest }) => rest),
  );
  assert.deepEqual(objects(checked), ["a"]);
  await assert.rejects(previewSlice(grantor.replica, { predicates: ["*"], max_sensitivity: "secret" as never }, 0), { code: "usage" });
});

suite("revoking", () => {
  test("is written once, by this device or by root", async () => {
    for (const byRoot of [false, true]) {
      const grantor = await newGrantor();
      const id = await grant(giverOf(grantor), asked(grantor));
      const revocation = await revoke(giverOf(grantor), id, byRoot ? grantor.root : null, "moved away");
      const [op] = await opsOfType(grantor, "cap_revoke");
      assert.deepEqual([op?.op_id, op?.author], [revocation, byRoot ? grantor.root.did : grantor.writer.did]);
      await assert.rejects(revoke(giverOf(grantor), id, null), { code: "usage" });
      assert.equal((await opsOfType(grantor, "cap_revoke")).length, 1);
    }
  });

  test("what is no grant is not found", async () => {
    const grantor = await newGrantor();
    const [other] = await grantor.write([run()]);
    await assert.rejects(revoke(giverOf(grantor), other as never, null), { code: "not_found" });
  });

  test("a grant that has expired can still be revoked", async () => {
    const grantor = await newGrantor();
    const id = await grant(giverOf(grantor), asked(grantor));
    grantor.world.now = startMs + 2 * dayMs;
    await revoke(giverOf(grantor), id, null);
    assert.equal((await ledger(grantor.replica, grantor.world.now))[0]?.status, "revoked");
  });
});
