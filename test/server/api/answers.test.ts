/** What `/api` answers: it fits the contract, says what the log says, and what the command line prints for the same question. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { addDevice, grant, type Node, ledger as readLedger, stateClaim, system, whyClaim } from "../../../src/node/index.ts";
import { makeKey } from "../../../src/node/key-file.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import * as contract from "../../../src/server/api/contract.ts";
import { derived, type Inspecting, inspecting, item, withNode } from "./inspecting.ts";

/** A memory with something of everything; its ids by name. */
function life() {
  const ids: Record<string, OpId> = {};
  const fill = async (node: Node) => {
    const photo = { kind: "photo", content: { position: { latitude: 55.6, longitude: 13 }, name: "Pier" } };
    const events = await node.write([item(0, { kind: "event" }), item(1, { kind: "event" }), item(2), item(3, photo)]);
    const [event, other, note, picture] = events as [OpId, OpId, OpId, OpId];
    const foreign = (await node.write([item(4, { kind: "message", origin: "third_party" })]))[0] as OpId;
    const weekly = derived("schedule.weekly", { what: "choir", weekday: "monday", time: "19:00" }, [event, other]);
    const [choir] = (await node.write([weekly])) as [OpId];
    const [singer] = (await node.write([derived("trait.activity", "a singer", [choir])])) as [OpId];
    const [hearsay] = (await node.write([derived("preference.likes", "olives", [foreign])])) as [OpId];
    const [unsure] = (await node.write([derived("place.frequent", "the pier", [picture, note], { confidence: 0.3 })])) as [OpId];
    const first = await stateClaim(node, { subject: "self", predicate: "place.home", object: "Lund" });
    const home = await stateClaim(node, { subject: "self", predicate: "place.home", object: "Malmö" });
    const ada = await stateClaim(node, { subject: "person:ada", predicate: "relationship.kind", object: "sister" });
    const assistant = { ...system, ...makeKey(system.random) };
    await addDevice(node, { key: assistant.did, role: "assistant", name: "helper" });
    const [proposed] = (await writeDrafts(node.replica, assistant, [derived("preference.likes", "tea", [note])])) as [OpId];
    const grantee = makeKey(system.random).did;
    const selector = { predicates: ["schedule.*"] };
    const shared = await grant(node, { grantee, selector, purpose: "coaching", expiresAt: Date.now() + 86_400_000, name: "Coach" });
    Object.assign(ids, { event, note, picture, foreign, choir, singer, hearsay, unsure, first, home, ada, proposed, shared });
  };
  return { ids, fill };
}

function onLife(name: string, work: (on: Inspecting, ids: Record<string, OpId>) => Promise<void>): () => Promise<void> {
  const { ids, fill } = life();
  return () => inspecting(name, { fill }, (on) => work(on, ids));
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

test(
  "lists: newest first, by topic, predicate, subject, status, confidence, trust, source and words, a page at a time",
  onLife("lists", async ({ get }, ids) => {
    const list = async (query: string) => idsOf((await get(contract.claims, `/api/claims?${query}`)).items);
    const all = [ids["ada"], ids["home"], ids["first"], ids["unsure"], ids["hearsay"], ids["singer"], ids["choir"]];
    assert.deepEqual(await list(""), all);
    assert.deepEqual(await list("sort=oldest"), all.toReversed());
    assert.deepEqual(await list("topic=place"), [ids["home"], ids["first"], ids["unsure"]]);
    assert.deepEqual(await list("predicate=place.home"), [ids["home"], ids["first"]]);
    assert.deepEqual(await list("topic=place&predicate=place.frequent"), [ids["unsure"]]);
    assert.deepEqual(await list("topic=pla"), []);
    assert.deepEqual(await list("subject=person:ada"), [ids["ada"]]);
    assert.deepEqual(await list("status=proposed"), [ids["proposed"]]);
    assert.deepEqual(await list("status=proposed,superseded"), [ids["proposed"], ids["first"]]);
    assert.deepEqual(await list("status=proposed&status=superseded"), [ids["proposed"], ids["first"]]);
    assert.deepEqual(await list("min_confidence=0.9"), [ids["ada"], ids["home"], ids["first"]]);
    assert.deepEqual(await list("trust=third_party"), [ids["hearsay"]]);
    assert.deepEqual(await list("source=icalendar"), [ids["singer"], ids["choir"]]);
    assert.deepEqual(await list("q=choir"), [ids["choir"]]);
    assert.deepEqual(await list("q=malm%C3%B6&topic=preference"), []);
    for (const [query, expected] of [
      ["", all],
      ["subject=self", all.slice(1)],
      ["sort=oldest", all.toReversed()],
    ] as const) {
      const found: string[] = [];
      let after = "";
      for (let pages = 0; pages < 9; pages++) {
        const page = await get(contract.claims, `/api/claims?limit=2&${query}${after}`);
        assert.ok(page.items.length <= 2);
        found.push(...idsOf(page.items));
        if (page.next === null) break;
        after = `&after=${page.next}`;
      }
      assert.deepEqual(found, expected, query);
    }
    assert.equal((await get(contract.claims, "/api/claims?limit=1")).total, all.length);
  }),
);

test(
  "as it was: what was believed before a word of the owner's, by the clocks of those who wrote",
  onLife("as-of", async ({ get, ask, send }, ids) => {
    const whole = await get(contract.wholeClaim, `/api/claims/${ids["first"]}`);
    const then = await get(contract.claims, `/api/claims?as_of=${whole.ts}&topic=place`);
    assert.ok(then.items.some(({ id }) => id === ids["first"]));
    await send(contract.judged, "/api/judgements", { kind: "refute", targets: [ids["unsure"] as string] });
    const before = await get(contract.claims, `/api/claims?as_of=${whole.ts}&predicate=place.frequent`);
    assert.deepEqual(idsOf(before.items), [ids["unsure"]]);
    assert.deepEqual((await get(contract.claims, "/api/claims?predicate=place.frequent")).items, []);
    assert.equal((await get(contract.claims, "/api/claims?as_of=1")).total, 0);
    assert.equal((await ask("/api/claims?as_of=1&q=tea")).status, 400);
  }),
);

test(
  "a claim: its sentence, trust, sensitivity, sources and freshness; whole, with what it lost to and what says the same",
  onLife("claim", async ({ get }, ids) => {
    const singer = await get(contract.wholeClaim, `/api/claims/${ids["singer"]}`);
    assert.equal(singer.sentence, "You are a singer");
    assert.deepEqual([singer.trust, singer.effective_sensitivity, singer.rests_on, singer.supports], ["import", "personal", 1, 0]);
    assert.deepEqual(singer.sources, [{ adapter: "icalendar", kind: "event", count: 2 }]);
    assert.equal(singer.fresh, Date.UTC(2025, 0, 2, 12));
    const lost = await get(contract.wholeClaim, `/api/claims/${ids["first"]}`);
    assert.deepEqual([lost.status, lost.conflict, lost.lost_to?.id], ["superseded", true, ids["home"]]);
    const won = await get(contract.wholeClaim, `/api/claims/${ids["home"]}`);
    assert.deepEqual([won.conflict, won.lost_to, idsOf(won.won_over)], [true, null, [ids["first"]]]);
    const topics = await get(contract.topics, "/api/topics");
    assert.deepEqual(
      topics.items.map(({ id, total }) => [id, total]),
      [
        ["place", 3],
        ["relationship", 1],
        ["schedule", 1],
        ["preference", 1],
        ["trait", 1],
      ],
    );
    const known = await get(contract.predicates, "/api/predicates");
    assert.ok(known.items.some(({ predicate, topic, title }) => predicate === "place.home" && topic === "place" && title === "Home"));
  }),
);

test(
  "what wants a decision: proposals, conflicts, what others wrote, what is unsure, each with its reason",
  onLife("attention", async ({ get }, ids) => {
    const { items, total } = await get(contract.attention, "/api/attention");
    const found = items.map(({ reason, claim }) => [reason, claim.id]);
    assert.deepEqual(found, [
      ["proposed", ids["proposed"]],
      ["conflict", ids["first"]],
      ["low_trust", ids["hearsay"]],
      ["low_confidence", ids["unsure"]],
    ]);
    assert.equal(total, 4);
    assert.equal(items[1]?.against?.id, ids["home"]);
    for (const { words } of items) assert.match(words, /^[A-Z].*\.$/);
    const second = await get(contract.attention, "/api/attention?limit=1&after=1");
    assert.deepEqual([second.items[0]?.claim.id, second.next], [ids["first"], "2"]);
  }),
);

test(
  "why: nodes and edges down to the quoted words with their place in the file, and positions of photos",
  onLife("why", async ({ get, home }, ids) => {
    const why = await get(contract.why, `/api/claims/${ids["singer"]}/why`);
    assert.deepEqual(
      why.nodes.map(({ depth, type }) => [depth, type]),
      [
        [0, "claim"],
        [1, "claim"],
        [2, "evidence"],
        [2, "evidence"],
      ],
    );
    assert.equal(why.edges.length, 3);
    const source = why.nodes.find(({ id }) => id === ids["event"]);
    assert.equal(source?.quote, "note number 0");
    assert.deepEqual(source?.source, {
      adapter: "icalendar",
      account: null,
      uri: "files/event%200.md#line=2,4",
      words: "files/event 0.md, lines 3–4",
    });
    const picture = (await get(contract.why, `/api/claims/${ids["unsure"]}/why`)).nodes.find(({ id }) => id === ids["picture"]);
    assert.deepEqual(picture?.geo, { latitude: 55.6, longitude: 13, label: "Pier" });
    await withNode(home, async ({ replica }) => {
      const told = await whyClaim(replica, ids["singer"] as OpId);
      assert.equal(why.nodes[0]?.trust, told.trust);
      assert.equal(why.nodes[0]?.author?.key, told.op?.author);
    });
  }),
);

test(
  "evidence by time, one item whole, search, and the timeline's counts",
  onLife("evidence", async ({ get, ask }, ids) => {
    const page = await get(contract.evidence, "/api/evidence?limit=3");
    assert.deepEqual(
      page.items.map(({ kind }) => kind),
      ["message", "photo", "note"],
    );
    const rest = await get(contract.evidence, `/api/evidence?limit=3&after=${page.next}`);
    assert.deepEqual([rest.items.map(({ kind }) => kind), rest.next], [["event", "event"], null]);
    assert.deepEqual(idsOf((await get(contract.evidence, "/api/evidence?source=photo")).items), [ids["picture"]]);
    assert.equal((await get(contract.evidence, `/api/evidence?from=${Date.UTC(2025, 0, 2)}&to=${Date.UTC(2025, 0, 3)}`)).items.length, 1);
    const whole = await get(contract.wholeEvidence, `/api/evidence/${ids["event"]}`);
    assert.deepEqual([whole.quote, whole.newest, whole.origin, idsOf(whole.supports)], ["note number 0", true, "import", [ids["choir"]]]);
    assert.equal((await ask(`/api/evidence/${ids["choir"]}`)).status, 404);
    const found = await get(contract.search, "/api/search?q=number+2");
    assert.equal(found.items[0]?.id, ids["note"]);
    const timeline = await get(contract.timeline, "/api/timeline?buckets=5&zone=Europe/Stockholm");
    assert.deepEqual([timeline.first, timeline.last], [Date.UTC(2025, 0, 1, 12), Date.UTC(2025, 0, 5, 12)]);
    assert.deepEqual(
      timeline.buckets.map(({ total }) => total),
      [1, 1, 1, 1, 1],
    );
    assert.equal(timeline.from, Date.UTC(2024, 11, 31, 23));
    const events = await get(contract.timeline, "/api/timeline?source=event");
    assert.deepEqual(events.sources, [{ source: "event", count: 2 }]);
    assert.equal((await ask("/api/timeline?zone=Moon/Base")).status, 400);
    assert.equal((await ask("/api/timeline?from=5&to=5")).status, 400);
  }),
);

test(
  "sharing: a preview writes nothing, a grant's invitation is taken up with, the ledger is the command line's",
  onLife("sharing", async ({ get, send, home }, ids) => {
    const preview = await send(contract.grantPreview, "/api/grants/preview", { selector: { predicates: ["schedule.*", "trait.*"] } });
    assert.deepEqual([preview.total, preview.sensitivities], [2, { personal: 2 }]);
    const whole = await get(contract.wholeGrant, `/api/grants/${ids["shared"]}`);
    assert.deepEqual([whole.shows_total, whole.status, whole.open], [1, "active", false]);
    assert.match(whole.invitation, /^fablepool-grant:|^fablepool/);
    assert.match(whole.sentence, /^Coach \(did:key:.*\) may see schedule\.\*, up to personal, until \d{4}-/);
    const { grants } = await get(contract.ledger, "/api/ledger");
    await withNode(home, async (node) => {
      const entries = JSON.parse(JSON.stringify(await readLedger(node.replica, node.writer.clock())));
      assert.deepEqual(
        grants.map(({ sentence: _1, standing: _2, open: _3, ...entry }) => entry),
        entries,
      );
    });
    const key = makeKey(system.random).did;
    const terms = {
      grantee: key,
      selector: { predicates: ["place.*"], max_sensitivity: "public" },
      purpose: "a map",
      expires_at: Date.now() + 60_000,
    };
    const given = await send(contract.given, "/api/grants", terms);
    assert.equal(given.claims, 0);
    const revoked = await send(contract.revoked, `/api/grants/${given.grant}/revocation`, { why: "a mistake" });
    assert.equal(revoked.grant, given.grant);
    const { items, hidden } = await get(contract.grants, "/api/grants");
    assert.deepEqual([items.length, hidden], [1, 1]);
    assert.equal((await get(contract.grants, "/api/grants?all=true")).items.length, 2);
  }),
);

test(
  "a stolen device: since when is asked, what it wrote from then on and whom it added fall, as the plan said",
  onLife("stolen", async ({ get, send, post, home }) => {
    const thief = { ...system, ...makeKey(system.random) };
    const accomplice = makeKey(system.random).did;
    const theft = Date.now() + 3_600_000;
    const own = await withNode(home, async (node) => {
      await addDevice(node, { key: thief.did, role: "full", name: "laptop" });
      const [claim] = await writeDrafts(node.replica, thief, [derived("preference.likes", "figs", [])]);
      const drafts = [derived("preference.likes", "gold", []), { type: "device_add", payload: { key: accomplice, role: "full" } }];
      await writeDrafts(node.replica, { ...thief, clock: () => theft + 1 }, drafts);
      return claim;
    });
    const path = `/api/devices/${thief.did}/removal`;
    for (const body of [{ reason: "stolen" }, { reason: "borrowed" }, { since: 1e300 }, { since: "yesterday" }])
      assert.equal((await post(`${path}/preview`, body)).status, 400, JSON.stringify(body));
    assert.equal((await post(path, { reason: "stolen" })).status, 400);
    assert.equal((await send(contract.removalPreview, `${path}/preview`, { reason: "lost" })).contested, 0);
    assert.equal((await send(contract.removalPreview, `${path}/preview`, { reason: "stolen", last: "none" })).contested, 3);
    const plan = await send(contract.removalPreview, `${path}/preview`, { since: theft });
    assert.deepEqual([plan.reason, plan.since, plan.last, plan.contested], ["stolen", theft, own, 2]);
    assert.deepEqual([plan.types, idsOf(plan.newest).length], [{ claim: 1, device_add: 1 }, 2]);
    assert.deepEqual(plan.devices, [{ key: accomplice, name: "" }]);
    assert.deepEqual([plan.unwitnessed, plan.outranks, plan.falls], [1, false, 1], "nobody else had seen the first");
    const { op, ...done } = await send(contract.removed, path, { since: theft });
    assert.deepEqual(done, { removed: thief.did, reason: "stolen", last: own, contested: 2, falls: [accomplice] });
    assert.match(op, /^op:/);
    const { items } = await get(contract.devices, "/api/devices");
    assert.deepEqual([items.find(({ key }) => key === thief.did)?.removed, items.some(({ key }) => key === accomplice)], [true, false]);
    const likes = await get(contract.claims, "/api/claims?predicate=preference.likes&status=contested");
    assert.deepEqual(
      likes.items.map(({ object }) => object),
      ["gold"],
    );
  }),
);

test(
  "status, devices, sync and conflicts of a device that has met no other yet",
  onLife("devices", async ({ get, send, inspector, post }, ids) => {
    const status = await get(contract.status, "/api/status");
    assert.deepEqual(status.statuses, { active: 6, superseded: 1, proposed: 1 });
    assert.deepEqual([status.state, status.attention, status.evidence, status.address], ["open", 2, 5, inspector.url]);
    const { items } = await get(contract.devices, "/api/devices");
    assert.deepEqual(
      items.map(({ role, name, self }) => [role, name, self]),
      [
        ["root", "", false],
        ["full", "", true],
        ["assistant", "helper", false],
      ],
    );
    const key = makeKey(system.random).did;
    const added = await send(contract.addedDevice, "/api/devices", { key, role: "full", name: "phone" });
    assert.ok(added.invitation.includes(encodeURI(inspector.url)));
    const helper = items[2]?.key;
    const preview = await send(contract.removalPreview, `/api/devices/${helper}/removal/preview`, { last: "none" });
    assert.deepEqual(
      [preview.reason, preview.last, preview.types, preview.newest[0]?.id],
      ["retired", null, { claim: 1 }, ids["proposed"]],
    );
    assert.deepEqual([preview.contested, preview.changes[0]?.id, preview.changes[0]?.after], [1, ids["proposed"], "contested"]);
    assert.equal((await get(contract.claims, "/api/claims?status=proposed")).items.length, 1);
    await send(contract.removed, `/api/devices/${helper}/removal`, { last: "none" });
    const { contested, items: conflicts } = await get(contract.conflicts, "/api/conflicts");
    assert.deepEqual([contested.total, contested.items[0]?.id], [1, ids["proposed"]]);
    assert.deepEqual(
      conflicts.map(({ winner, losers }) => [winner.id, idsOf(losers)]),
      [[ids["home"], [ids["first"]]]],
    );
    const own = (await get(contract.devices, "/api/devices")).items.find(({ self }) => self);
    assert.equal((await post(`/api/devices/${own?.key}/removal`, {})).status, 400);
    assert.deepEqual((await get(contract.sync, "/api/sync")).peers, []);
    assert.equal((await post("/api/sync", {})).status, 400);
    assert.equal((await post("/api/sync", { url: "file:///etc/passwd" })).status, 400);
  }),
);
