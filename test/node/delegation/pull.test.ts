/** `delegate_pull` at the grantor's side (section 8): who gets what, until which millisecond, and what the log says of it. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { emptyRoot } from "../../../src/core/capability/slice-root.ts";
import type { Json } from "../../../src/core/ports.ts";
import { answer } from "../../../src/node/sync-server.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { claim, targeting } from "../replicas.ts";
import { ask, assertRefused, dayMs, Grantee, hourMs, meet, newGrantor, objects, opsOfType, run, startMs } from "./grantor.ts";

async function served(selector: Json = { predicates: ["schedule.*"] }) {
  const grantor = await newGrantor();
  const grant = await grantor.grant({ selector });
  return { grantor, grant, coach: new Grantee(grantor.who("coach"), grant) };
}

suite("what is served", () => {
  test("active claims that the selector selects, and nothing else of them or of others", async () => {
    const { grantor, grant, coach } = await served();
    const [letter] = await grantor.write([{ type: "evidence", payload: evidencePayload("a diary nobody shall read") }]);
    const [ran] = await grantor.write([
      run("run on Tuesday", { derived_from: [letter as string], rationale: "from the diary", confidence: 0.8 }),
      claim("self", "place.home", "Lyon"),
    ]);
    const reply = await ask(grantor, coach.request(), coach.writer.did);
    const text = JSON.stringify(reply);
    for (const secret of ["diary", "Lyon", letter as string, "derived_from", "rationale"]) assert.ok(!text.includes(secret), secret);
    const { attestations } = await coach.pull(grantor);
    assert.equal(attestations.length, 1);
    const { salt, ...entry } = attestations[0] as NonNullable<(typeof attestations)[0]>;
    assert.deepEqual(entry, {
      ...{ kind: "attestation", v: 1, grant, claim: ran, subject: "self", predicate: "schedule.weekly", object: "run on Tuesday" },
      ...{ confidence: 0.8, asserted_at: startMs, valid_until: null },
    });
    assert.match(salt, /^[0-9a-f]{32}$/);
  });

  test("not what is refuted, corrected, superseded, proposed, invalidated, contested or redacted", async () => {
    const { grantor, coach } = await served({ predicates: ["*"] });
    const helper = await grantor.device("helper", "assistant");
    const laptop = await grantor.device("laptop", "full");
    await grantor.write([claim("self", "place.home", "Lyon")]);
    await meet(grantor, laptop);
    await writeDrafts(grantor.replica, helper.writer, [run("proposed")]);
    await grantor.write([run("contested")], laptop);
    const [refuted, corrected, redacted, evidence] = await grantor.write([
      run("refuted"),
      run("wrong"),
      run("gone"),
      { type: "evidence", payload: evidencePayload("x") },
    ]);
    await grantor.write([run("fallen", { derived_from: [evidence as string] }), claim("self", "place.home", "Metz")]);
    await grantor.write([targeting("refutation", refuted as string, evidence as string), targeting("redaction", redacted as string)]);
    await grantor.write([run("right", { corrects: corrected as string })]);
    await meet(grantor, laptop);
    await writeDrafts(grantor.replica, grantor.root, [{ type: "device_remove", payload: { key: laptop.writer.did, last: null } }]);
    assert.deepEqual(objects(await coach.pull(grantor)), ["Metz", "right"]);
  });

  test("nothing by a store that may not be the newest, before it has synced; the grantee is told to come again, and not why", async () => {
    const { grantor, coach } = await served();
    const laptop = await grantor.device("laptop", "full");
    await meet(grantor, laptop);
    await grantor.replica.store.write((tx) => tx.setLocal("unproven", "restored or copied"));
    const refused = (await ask(grantor, coach.request(), coach.writer.did)) as { error: string; code: string };
    assert.equal(refused.code, "storage");
    assert.doesNotMatch(refused.error, /restored|copied|newest/);
    assert.deepEqual(await opsOfType(grantor, "cap_access"), []);
    await grantor.replica.store.write((tx) => tx.setLocal("unproven", null)); // as a sync does
    assert.deepEqual(objects(await coach.pull(grantor)), []);
  });

  test("by subject, confidence and effective sensitivity, by lineage too", async () => {
    const { grantor, coach } = await served({ predicates: ["schedule.*", "health.*"], subjects: ["self"], min_confidence: 0.5 });
    const [secret] = await grantor.write([{ type: "evidence", payload: { ...evidencePayload("x"), sensitivity: "sensitive" } }]);
    await grantor.write([
      run("shown", { confidence: 0.5 }),
      run("unsure", { confidence: 0.49 }),
      run("from a secret", { derived_from: [secret as string] }),
      run("called sensitive", { sensitivity: "sensitive" }),
      claim("person:ada", "schedule.weekly", "another's"),
      claim("self", "health.weight", 70),
    ]);
    const [wrong] = await grantor.write([run("wrong")]);
    await grantor.write([targeting("refutation", wrong as string)]);
    assert.deepEqual(objects(await coach.pull(grantor)), ["shown"]);
    const open = new Grantee(coach.writer, await grantor.grant({ selector: { predicates: ["*"], max_sensitivity: "sensitive" } }));
    assert.equal((await open.pull(grantor)).attestations.length, 6);
  });

  test("until the millisecond before valid_until", async () => {
    const { grantor, coach } = await served();
    await grantor.write([run("soon over", { valid_until: startMs + 1_000 })]);
    grantor.world.now = startMs + 999;
    assert.equal((await coach.pull(grantor)).attestations.length, 1);
    grantor.world.now = startMs + 1_000;
    assert.equal((await coach.pull(grantor)).attestations.length, 0);
  });

  test("the same root at every server: the salt is the claim's", async () => {
    const { grantor, coach } = await served();
    await grantor.write([run("a"), run("b")]);
    const mirror = await grantor.device("mirror", "mirror");
    const one = await coach.pull(grantor);
    assert.equal((await coach.pull(mirror)).slice.slice_root, one.slice.slice_root);
  });

  test("a withdrawn claim is gone from the next pull", async () => {
    const { grantor, coach } = await served();
    const [wrong] = await grantor.write([run("wrong"), run("right")]);
    assert.deepEqual(objects(await coach.pull(grantor)), ["right", "wrong"]);
    await grantor.write([targeting("refutation", wrong as string)]);
    assert.deepEqual(objects(await coach.pull(grantor)), ["right"]);
  });
});

suite("who is served", () => {
  test("nobody but the grantee, whatever the message says", async () => {
    const { grantor, grant, coach } = await served();
    const clinic = grantor.who("clinic");
    const other = new Grantee(clinic, await grantor.grant({ grantee: clinic.did }));
    await other.pull(grantor);
    for (const key of [null, clinic.did, grantor.who("stranger").did, grantor.writer.did]) {
      for (const grantee of [coach.writer.did, key ?? "", 7]) {
        assertRefused(await ask(grantor, { type: "delegate_pull", grant_id: grant, grantee, nonce: "n" }, key));
      }
    }
    assertRefused(await ask(grantor, { ...coach.request(), grantee: clinic.did }, coach.writer.did));
    assertRefused(await ask(grantor, { ...coach.request(), grant_id: `op:${"7".repeat(64)}` }, coach.writer.did));
  });

  test("strangers' attempts enter no log; the node is told", async () => {
    const { grantor, grant, coach } = await served();
    const before = (await opsOfType(grantor, "cap_access")).length;
    const thief = grantor.who("thief");
    assertRefused(await ask(grantor, { ...coach.request(), grantee: thief.did }, thief.did));
    assertRefused(await ask(grantor, { type: "holdings_request", grant_id: grant, nonce: "n" }, thief.did));
    assert.equal((await opsOfType(grantor, "cap_access")).length, before);
    assert.deepEqual(
      grantor.attempts.map(({ key, type, grant: named }) => [key, type, named]),
      [
        [thief.did, "delegate_pull", grant],
        [thief.did, "holdings_request", grant],
      ],
    );
  });

  test("an assistant that is granted something; not an ingest device, and no key that was removed", async () => {
    const grantor = await newGrantor();
    const devices = ["helper", "importer", "gone"].map(grantor.who);
    await grantor.device("helper", "assistant");
    await grantor.device("importer", "ingest");
    await grantor.device("gone", "assistant");
    await writeDrafts(grantor.replica, grantor.root, [{ type: "device_remove", payload: { key: grantor.who("gone").did, last: null } }]);
    for (const [index, isServed] of [true, false, false].entries()) {
      const writer = devices[index] as (typeof devices)[0];
      const grantee = new Grantee(writer, await grantor.grant({ grantee: writer.did }));
      if (isServed) assert.equal((await grantee.pull(grantor)).slice.status, "active");
      else assertRefused(await ask(grantor, grantee.request(), writer.did));
    }
  });

  test("hello to a grantee tells no pool and no heads", async () => {
    const { grantor, coach } = await served();
    const hello = await ask(grantor, { type: "hello" }, coach.writer.did);
    assert.deepEqual(hello, { type: "hello", protocol: "fpl-sync/1", node: grantor.writer.did });
    for (const type of ["frontier", "ops_request", "heads", "ops_since", "push"]) {
      assertRefused(await ask(grantor, { type, want: [], ops: [] }, coach.writer.did));
    }
  });

  test("a malformed pull is a bad request", async () => {
    const { grantor, coach } = await served();
    for (const parts of [{ grant_id: "g" }, { nonce: "" }, { nonce: 7 }, { nonce: "n".repeat(129) }]) {
      assert.equal((await ask(grantor, { ...coach.request(), ...parts }, coach.writer.did))["code"], "bad_request");
    }
  });
});

suite("who serves", () => {
  test("full and mirror; not ingest, nor a device that was removed", async () => {
    const { grantor, coach } = await served();
    for (const role of ["full", "mirror", "ingest"]) {
      const server = await grantor.device(role, role);
      if (role !== "ingest") await coach.pull(server);
      else assertRefused(await ask(server, coach.request(), coach.writer.did));
    }
    const gone = await grantor.device("gone", "mirror");
    await writeDrafts(grantor.replica, grantor.root, [{ type: "device_remove", payload: { key: gone.writer.did, last: null } }]);
    await meet(grantor, gone);
    assertRefused(await ask(gone, coach.request(), coach.writer.did));
    // One that has not heard of its removal is refused by who has.
    const stale = await grantor.device("stale", "mirror");
    await writeDrafts(grantor.replica, grantor.root, [{ type: "device_remove", payload: { key: stale.writer.did, last: null } }]);
    await coach.pull(grantor);
    await assert.rejects(coach.pull(stale), /issuer/);
  });

  test("a replica that serves no slices: no writer, no answer", async () => {
    const { grantor, coach } = await served();
    const reply = await answer(grantor.replica, { did: grantor.writer.did }, coach.request() as Json, coach.writer.did);
    assertRefused(reply);
  });
});

suite("grants that are none", () => {
  for (const [what, terms] of [
    ["a member more", { extra: 1 }],
    ["a member more in the selector", { selector: { predicates: ["*"], objects: [] } }],
    ["no expires_at", { expires_at: null }],
  ] as const) {
    test(`void: ${what}`, async () => {
      const grantor = await newGrantor();
      const coach = new Grantee(grantor.who("coach"), await grantor.grant(terms));
      assertRefused(await ask(grantor, coach.request(), coach.writer.did));
    });
  }

  test("void: written by a device that is not full", async () => {
    const grantor = await newGrantor();
    const mirror = await grantor.device("mirror", "mirror");
    await assert.rejects(grantor.grant({}, mirror), { code: "role" });
  });
});

suite("the edge of the millisecond", () => {
  test("active until expires_at − 1, expired from expires_at on, with the clock of the server", async () => {
    const grantor = await newGrantor();
    await grantor.write([run()]);
    const coach = new Grantee(grantor.who("coach"), await grantor.grant({ expires_at: startMs + 500 }));
    grantor.world.now = startMs + 499;
    const last = await coach.pull(grantor);
    assert.deepEqual([last.slice.status, last.slice.count, last.slice.as_of], ["active", 1, startMs + 499]);
    grantor.world.now = startMs + 500;
    const over = await coach.pull(grantor);
    assert.deepEqual([over.slice.status, over.slice.count, over.slice.slice_root, over.revocation], ["expired", 0, emptyRoot, null]);
  });

  test("a server whose clock went back is refused by who saw a later as_of", async () => {
    const { grantor, coach } = await served();
    grantor.world.now = startMs + hourMs;
    await coach.pull(grantor);
    grantor.world.now = startMs + hourMs - 1;
    await assert.rejects(coach.pull(grantor), /older/);
  });

  test("two servers whose clocks differ are taken each by its own", async () => {
    const { grantor, coach } = await served();
    const mirror = await grantor.device("mirror", "mirror");
    grantor.world.now = startMs + hourMs;
    await coach.pull(grantor);
    grantor.world.now = startMs;
    await coach.pull(mirror);
  });
});

suite("what the log says of it", () => {
  test("an access when root or outcome changed, else at most daily", async () => {
    const { grantor, grant, coach } = await served();
    const outcomes = async () => (await opsOfType(grantor, "cap_access")).map(({ payload }) => [payload?.["outcome"], payload?.["served"]]);
    await coach.pull(grantor);
    await coach.pull(grantor);
    assert.deepEqual(await outcomes(), [["served", 0]]);
    await grantor.write([run()]);
    const { slice } = await coach.pull(grantor);
    await coach.pull(grantor);
    assert.deepEqual((await outcomes()).at(-1), ["served", 1]);
    const [, access] = await opsOfType(grantor, "cap_access");
    assert.deepEqual(access?.payload, { grant, server: grantor.writer.did, slice_root: slice.slice_root, served: 1, outcome: "served" });
    grantor.world.now += dayMs - 1;
    await coach.pull(grantor);
    assert.equal((await outcomes()).length, 2);
    grantor.world.now += 1;
    await coach.pull(grantor);
    assert.equal((await outcomes()).length, 3);
    await grantor.write([{ type: "cap_revoke", payload: { grant } }]);
    await coach.pull(grantor);
    await coach.pull(grantor);
    assert.deepEqual((await outcomes()).slice(3), [["revoked", 0]]);
  });

  test("each server writes its own", async () => {
    const { grantor, coach } = await served();
    const mirror = await grantor.device("mirror", "mirror");
    await coach.pull(grantor);
    await meet(grantor, mirror);
    await coach.pull(mirror);
    await meet(grantor, mirror);
    const servers = (await opsOfType(grantor, "cap_access")).map(({ payload }) => payload?.["server"]);
    assert.deepEqual(servers.sort(), [grantor.writer.did, mirror.writer.did].sort());
  });

  test("nothing is served that could not be written first", async () => {
    const { grantor, coach } = await served();
    await grantor.write([run()]);
    await grantor.replica.store.write((tx) => tx.setLocal("unproven", "1"));
    const reply = await ask(grantor, coach.request(), coach.writer.did);
    assert.equal(reply["type"], "error");
    assert.ok(!JSON.stringify(reply).includes("Tuesday"));
  });
});

test("two grants to one grantee: each its own slice", async () => {
  const grantor = await newGrantor();
  await grantor.write([run(), claim("self", "place.home", "Lyon")]);
  const coach = grantor.who("coach");
  const first = new Grantee(coach, await grantor.grant());
  const second = new Grantee(coach, await grantor.grant({ selector: { predicates: ["place.*"] } }));
  assert.deepEqual(objects(await first.pull(grantor)), ["run on Tuesday"]);
  assert.deepEqual(objects(await second.pull(grantor)), ["Lyon"]);
  await grantor.write([{ type: "cap_revoke", payload: { grant: first.grant } }]);
  assert.equal((await first.pull(grantor)).slice.status, "revoked");
  assert.equal((await second.pull(grantor)).slice.status, "active");
});

function evidencePayload(text: string) {
  return {
    ...{ source: { adapter: "notes", version: "1" }, origin: "import", external_id: text, kind: "note", content: { text } },
  };
}
