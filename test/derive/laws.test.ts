/** What holds of all rules, whatever they say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { payloadFault } from "../../src/core/claim/payload-form.ts";
import { basePredicates } from "../../src/core/claim/predicates.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import type { Json } from "../../src/core/ports.ts";
import { type Deriver, derivers, Running, type SeenEvidence } from "../../src/derive/index.ts";
import { payloadOf } from "../../src/node/derive-plan.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { claimsFrom, event, note, type Said } from "./items.ts";
import { hostile, malformed, person } from "./person.ts";

const everything = person();
const now = "2025-04-25";
const claims = claimsFrom(everything, undefined, now);

/** A line a claim: a difference is seen at once. */
function lines(said: readonly Said[]): string[] {
  return said.map((claim) => canonical({ ...claim } as unknown as Json));
}

test("the made person makes most rules speak, so that these laws are about something", () => {
  const silent = derivers.filter(({ name }) => !claims.some(({ method }) => method === name)).map(({ name }) => name);
  assert.deepEqual(silent, ["person.name", "place.work", "schedule.daily", "work.field", "trait.travel"]);
});

test("order does not matter: shuffled evidence gives the same claims, byte for byte", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seededRandom(seed);
    const shuffled = everything
      .map((each) => ({ each, key: random.below(1_000_000) }))
      .sort((a, b) => a.key - b.key)
      .map(({ each }) => each);
    assert.deepEqual(lines(claimsFrom(shuffled, undefined, now)), lines(claims), `seed ${seed}`);
  }
});

test("a rule that speaks in the order in which it was shown things says the same in every order", () => {
  const echo: Deriver = {
    name: "echo",
    version: "1",
    round: 1,
    says: ["preference.likes"],
    begin() {
      const seen: SeenEvidence[] = [];
      return {
        evidence: (item) => void seen.push(item),
        *derive() {
          for (const { id } of seen)
            yield { subject: "self", predicate: "preference.likes", object: id, confidence: 0.5, derivedFrom: [id], rationale: "echo" };
        },
      };
    },
  };
  assert.deepEqual(lines(claimsFrom(everything.toReversed(), [echo], now)), lines(claimsFrom(everything, [echo], now)));
});

test("every claim fits: its predicate is registered and declared, its payload has the form, its template can be filled", () => {
  const ids = new Set<string>(everything.map(({ id }) => id));
  const byName = new Map(derivers.map((deriver) => [deriver.name, deriver]));
  for (const claim of claims) {
    const deriver = byName.get(claim.method);
    const what = `${claim.method}: ${claim.predicate} ${JSON.stringify(claim.object)}`;
    assert.ok(deriver?.says.includes(claim.predicate), what);
    const registered = basePredicates[claim.predicate];
    assert.ok(registered, what);
    assert.equal(payloadFault("claim", payloadOf(claim, { name: claim.method, version: "1" })), null, what);
    for (const [, member = ""] of registered.template.matchAll(/\{object\.(\w+)\}/g)) {
      const value = (claim.object as { [name: string]: Json })[member];
      assert.ok(typeof value === "string" && value !== "", `${what} has no ${member}`);
    }
    if (!registered.template.includes("{object.")) assert.notEqual(typeof claim.object, "object", what);
    assert.ok(claim.rationale.length > 10, what);
    if (deriver?.round === 1)
      assert.ok(
        claim.derivedFrom.every((id) => ids.has(id)),
        what,
      );
  }
});

test("what only one statement counts of is told by one rule alone, and once", () => {
  const single = derivers.flatMap(({ name, says }) =>
    says.filter((predicate) => basePredicates[predicate]?.cardinality === "one").map((predicate) => ({ name, predicate })),
  );
  const twice = single.filter(({ name, predicate }) => single.some((other) => other.predicate === predicate && other.name !== name));
  assert.deepEqual(twice, []);
  const topics = claims
    .filter(({ predicate }) => basePredicates[predicate]?.cardinality === "one")
    .map(({ subject, predicate }) => `${subject} ${predicate}`);
  assert.equal(new Set(topics).size, topics.length);
});

test("nothing restricted is derived, and nothing that is not registered", () => {
  for (const { says, name } of derivers) {
    for (const predicate of says) {
      assert.ok(Object.hasOwn(basePredicates, predicate), `${name} ${predicate}`);
      assert.notEqual(basePredicates[predicate]?.sensitivity, "restricted", `${name} ${predicate}`);
    }
  }
});

test("text that gives orders changes nothing, wherever it stands; nor does what others and assistants say of themselves", () => {
  assert.deepEqual(lines(claimsFrom([...everything, ...hostile()], undefined, now)), lines(claims));
});

test("content of any shape makes no rule fail", () => {
  const said = claimsFrom([...everything, ...malformed()]);
  for (const claim of said) assert.equal(payloadFault("claim", payloadOf(claim, { name: claim.method, version: "1" })), null);
});

test("long and repetitive text is read in bounded time", () => {
  const long = [
    "I ",
    "my wife ",
    "every Tuesday and ",
    "to Paris ",
    "(((",
    "I work for A ",
    "1 ",
    "Aa ",
    "I am a a a ",
    "allergic to nuts, ",
  ];
  const texts = long.map((piece) => piece.repeat(Math.ceil(60_000 / piece.length)));
  const items = texts.flatMap((text) => [note("2025-01-01", text, text.slice(0, 500)), event("2025-01-01", text, { description: text })]);
  const before = process.cpuUsage();
  claimsFrom(items);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 5_000_000, `${user / 1_000} ms`);
});

test("a rule that fails is left out and named; the others speak", () => {
  const broken: Deriver = {
    name: "broken",
    version: "1",
    round: 1,
    says: [],
    begin: () => ({
      evidence() {
        throw new RangeError("too much");
      },
      *derive() {},
    }),
  };
  const running = new Running([broken, ...derivers], 1, { asOf: 0, self: { names: new Set(), addresses: new Set() } });
  for (const each of everything) running.evidence(each);
  assert.ok(running.conclusions().length > 20);
  assert.deepEqual([...running.failed], [["broken", "too much"]]);
});
