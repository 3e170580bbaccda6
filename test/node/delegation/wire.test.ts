/**
 * Law: over random pools and grants, nothing that crosses the wire to a grantee holds a piece of evidence, the id of one, a reason, or
 * a claim that the grant does not select; and all that it selects is there. FABLEPOOL_RUNS=50 makes it a thousand pools.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { patternMatches, type Selector } from "../../../src/core/capability/selector.ts";
import { sensitivities } from "../../../src/core/claim/sensitivity.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import { challenge } from "../../../src/node/delegation/challenge.ts";
import { type Giver, grant as give, revoke } from "../../../src/node/delegation/give.ts";
import { addDevice, removeDevice } from "../../../src/node/devices.ts";
import { writeDrafts } from "../../../src/node/write.ts";
import { type SeededRandom, seededRandom } from "../../../src/testkit/seeded-random.ts";
import { runs, targeting } from "../replicas.ts";
import { ask, Grantee, type Grantor, newGrantor, startMs } from "./grantor.ts";

const predicates = ["schedule.weekly", "schedule.daily", "place.home", "health.weight", "belief.religion", "odd.one"];
const patterns = ["*", "schedule.*", "*.weekly", "place.home", "health.*", "s*y", "none.*", "odd.one"];
const subjects = ["self", "person:ada", "person:bo"];

interface Said {
  readonly id: OpId;
  readonly mark: string;
  readonly payload: JsonObject;
  readonly from: readonly OpId[];
}

/** Evidence and claims, each with marks of its own, and some judged. */
async function fill(grantor: Grantor, random: SeededRandom) {
  const mark = () => `mark-${Buffer.from(random.bytes(8)).toString("hex")}`;
  const evidence: { id: OpId; marks: string[]; sensitivity: string }[] = [];
  for (let count = 1 + random.below(4); count > 0; count--) {
    const [text, item] = [mark(), mark()];
    const sensitivity = random.pick(sensitivities);
    const source = { adapter: "notes", version: "1", account: mark() };
    const payload = { source, origin: "import", external_id: item, kind: "note", content: { text }, sensitivity };
    const [id] = await grantor.write([{ type: "evidence", payload }]);
    evidence.push({ id: id as OpId, marks: [text, item, source.account], sensitivity });
  }
  const claims: Said[] = [];
  const reasons: string[] = [];
  for (let count = 3 + random.below(12); count > 0; count--) {
    const [object, rationale] = [mark(), mark()];
    const from = [...random.some(evidence, 2).map(({ id }) => id), ...random.some(claims, 1).map(({ id }) => id)];
    const payload: JsonObject = {
      ...{ subject: random.pick(subjects), predicate: random.pick(predicates), object: random.once(3) ? { nested: [object] } : object },
      ...{ confidence: random.pick([0.3, 0.5, 0.8, 1]), derived_from: from, method: { name: "test", version: "1" }, rationale },
      ...(random.once(4) ? { sensitivity: random.pick(sensitivities) } : {}),
      ...(random.once(4) ? { valid_until: startMs + random.pick([-5, 0, 5]) } : {}),
    };
    const [id] = await grantor.write([{ type: "claim", payload }]);
    claims.push({ id: id as OpId, mark: object, payload, from });
    reasons.push(rationale);
  }
  for (const each of random.some(claims, 3))
    await grantor.write([targeting(random.pick(["refutation", "redaction", "endorsement"]), each.id)]);
  for (const each of random.some(evidence, 1)) await grantor.write([targeting("refutation", each.id)]);
  return { evidence, claims, reasons };
}

/** Of what is marked once each no two claims say the same: what a claim rests on is what it names. */
function levelOf(id: OpId, pool: Awaited<ReturnType<typeof fill>>, byPredicate: (name: string) => string): number {
  const item = pool.evidence.find((each) => each.id === id);
  if (item) return sensitivities.indexOf(item.sensitivity as (typeof sensitivities)[number]);
  const claim = pool.claims.find((each) => each.id === id) as Said;
  const own = [claim.payload["sensitivity"], byPredicate(claim.payload["predicate"] as string)].filter((each) => each !== undefined);
  const levels = own.map((each) => sensitivities.indexOf(each as (typeof sensitivities)[number]));
  return Math.max(...levels, ...claim.from.map((each) => levelOf(each, pool, byPredicate)));
}

const registry = (name: string) => (name.startsWith("health") ? "sensitive" : name.startsWith("belief") ? "restricted" : "personal");

function randomSelector(random: SeededRandom): JsonObject {
  return {
    predicates: [random.pick(patterns), ...random.some(patterns, 2)],
    ...(random.once(3) ? { subjects: random.some(subjects, 2) } : {}),
    ...(random.once(3) ? { min_confidence: random.pick([0.3, 0.5, 0.9]) } : {}),
    ...(random.once(2) ? { max_sensitivity: random.pick(sensitivities) } : {}),
  };
}

async function selectedBy(grantor: Grantor, selector: JsonObject, pool: Awaited<ReturnType<typeof fill>>): Promise<Said[]> {
  const rows = await grantor.replica.store.read((reader) => reader.claims(pool.claims.map(({ id }) => id)));
  const active = new Set(rows.filter(({ status }) => status === "active").map(({ id }) => id));
  const most = sensitivities.indexOf((selector["max_sensitivity"] ?? "personal") as (typeof sensitivities)[number]);
  return pool.claims.filter(({ id, payload }) => {
    const { predicate, subject, confidence } = payload as { predicate: string; subject: string; confidence: number };
    const until = payload["valid_until"] as number | undefined;
    const named = (selector["predicates"] as string[]).some((pattern) => patternMatches(pattern, predicate));
    const about = selector["subjects"] === undefined || (selector["subjects"] as string[]).includes(subject);
    const sure = confidence >= ((selector["min_confidence"] as number | undefined) ?? 0);
    const current = until === undefined || startMs < until;
    return active.has(id) && named && about && sure && current && levelOf(id, pool, registry) <= most;
  });
}

test("law: what crosses the wire to a grantee is what its grant selects, and nothing else", async () => {
  let shown = 0;
  let hidden = 0;
  for (let seed = 1; seed <= runs(20); seed++) {
    const random = seededRandom(seed);
    const grantor = await newGrantor();
    const pool = await fill(grantor, random);
    const giver = { ...grantor, write: (drafts: Parameters<Giver["write"]>[0]) => writeDrafts(grantor.replica, grantor.writer, drafts) };
    await addDevice(giver as never, { key: grantor.who("tablet").did, role: "full", name: "" });
    await removeDevice(giver as never, { key: grantor.who("tablet").did, last: "none" }, null);
    for (let count = 1 + random.below(3); count > 0; count--) {
      const selector = randomSelector(random);
      const asked = {
        grantee: grantor.who("coach").did,
        selector: selector as unknown as Selector,
        purpose: "",
        expiresAt: startMs + 1_000,
      };
      const grant = await give(giver, asked);
      const coach = new Grantee(grantor.who("coach"), grant);
      const text = await everything(grantor, coach, giver);
      const selected = await selectedBy(grantor, selector, pool);
      for (const { id, marks } of pool.evidence) {
        for (const secret of [id, ...marks]) assert.ok(!text.includes(secret), `seed ${seed}: evidence crosses the wire`);
      }
      for (const reason of pool.reasons) assert.ok(!text.includes(reason), `seed ${seed}: a reason crosses the wire`);
      for (const claim of pool.claims) {
        const is = selected.includes(claim);
        for (const each of [claim.id, claim.mark])
          assert.equal(text.includes(each), is, `seed ${seed}: ${JSON.stringify([selector, claim])}`);
        if (is) shown++;
        else hidden++;
      }
    }
  }
  assert.ok(shown > 20 && hidden > 20, `${shown} claims shown, ${hidden} hidden: the pools are too alike`);
});

/** All that a grantee can get out of a grantor, and all that the grantor sends it, as text. */
async function everything(grantor: Grantor, coach: Grantee, giver: Giver): Promise<string> {
  const { did } = coach.writer;
  const heard: unknown[] = [];
  const say = async (message: JsonObject) => heard.push(await ask(grantor, message, did));
  await say({ type: "hello", extensions: ["heads/1"] });
  for (const type of ["frontier", "heads", "ops_since", "ops_request", "push", "holdings_request", "nonsense"]) {
    await say({ type, want: [], ops: [], authors: {}, grant_id: coach.grant, nonce: "n" });
  }
  const { slice } = await coach.pull(grantor);
  await say(coach.request());
  heard.push(await coach.purge(grantor, slice.slice_root));
  heard.push(await coach.purge(grantor, `sha256:${"0".repeat(64)}`));
  const transport = {
    async request(message: JsonObject): Promise<Json> {
      heard.push(message);
      return { type: "error", code: "unauthorized", error: "no" };
    },
    close: async () => {},
  };
  await challenge(grantor.replica, grantor.writer, transport, coach.grant);
  await revoke(giver, coach.grant, null);
  await say(coach.request());
  return JSON.stringify(heard);
}
