/**
 * Those who attack a pairing, on the state machines: a guesser, somebody who repeats what he recorded, somebody in between without the code
 * and somebody who has seen it. The long run (`FABLEPOOL_RUNS=10`: 100,000 guesses) is part of `npm run prove -- pairing`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../../src/core/limits.ts";
import { makeCode } from "../../../src/core/pair/code.ts";
import { type InviterState, openInviter, type PairRandom, stepInviter } from "../../../src/core/pair/inviter.ts";
import { beginJoiner, type JoinerStep, stepJoiner } from "../../../src/core/pair/joiner.ts";
import type { Json, PairingCrypto } from "../../../src/core/ports.ts";
import { pairingCrypto } from "../../../src/node/pair/pairing-crypto.ts";
import { type SeededRandom, seededRandom } from "../../../src/testkit/seeded-random.ts";

const runs = Number(process.env["FABLEPOOL_RUNS"] ?? 1);
const seed = Number(process.env["FABLEPOOL_SEED"] ?? 20_261_126);
const phone = "did:key:phone";
const laptop = "did:key:laptop";
const thief = "did:key:thief";
const pool = `op:${"a".repeat(64)}`;

/** Integers modulo a prime in the place of the group: what is counted here does not depend on it, and it is fifty times as fast. */
const modulus = 2n ** 61n - 1n;
const small: PairingCrypto = {
  ...pairingCrypto,
  elementOf: (uniform) => encoded(2n + (numberOf(uniform) % (modulus - 3n))),
  multiply(element, scalar) {
    const base = numberOf(element);
    if (base < 2n || base >= modulus) return null;
    let [result, power] = [1n, base];
    for (let rest = numberOf(scalar); rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * power) % modulus;
      power = (power * power) % modulus;
    }
    return result < 2n ? null : encoded(result);
  },
};

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function encoded(number: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(number.toString(16).padStart(64, "0"), "hex"));
}

function pairRandom(random: SeededRandom): PairRandom {
  return { scalar: random.bytes(32), nonce: random.bytes(32) };
}

function shows(random: SeededRandom, code = makeCode(random.bytes(16)), inviter = phone): InviterState {
  return openInviter({ code, inviter, channel: "", pool, now: 0 });
}

/** Passes a message of `key` to the inviter. */
function tell(crypto: PairingCrypto, random: SeededRandom, state: InviterState, key: string, message: Json, now = 0) {
  return stepInviter(crypto, state, { is: "message", key, message, now, random: pairRandom(random) });
}

function joins(crypto: PairingCrypto, random: SeededRandom, code: string, names: { joiner: string; inviter: string }): JoinerStep {
  return beginJoiner(crypto, { code, channel: "", ...names }, "laptop", pairRandom(random));
}

function asking(step: JoinerStep) {
  assert.ok(step.is === "ask", `the joiner goes on: ${JSON.stringify(step)}`);
  return step;
}

test(`${10_000 * runs} guesses: five are answered a code, none is right, and nobody is ever asked about`, () => {
  const random = seededRandom(seed);
  const guesses = 10_000 * runs;
  let [answered, right] = [0, 0];
  let state = shows(random);
  let codes = 1;
  for (let guess = 0; guess < guesses; guess++) {
    if (state.stage.is === "over") {
      state = shows(random);
      codes++;
    }
    const mine = asking(joins(small, random, makeCode(random.bytes(16)), { joiner: thief, inviter: phone }));
    const step = tell(small, random, state, thief, mine.message);
    state = step.state;
    if (step.reply?.["type"] !== "pair_share") continue;
    answered++;
    if (stepJoiner(small, mine.state, step.reply).is === "ask") right++;
    const bluff = tell(small, random, state, thief, { type: "pair_prove", nonce: mine.state.nonce, proof: "0".repeat(128) });
    assert.equal(bluff.event, undefined);
    state = bluff.state;
  }
  assert.equal(right, 0);
  assert.ok(answered <= codes * limits.pairAttempts, `${answered} answers for ${codes} codes`);
  assert.ok(answered > codes, "guesses are answered at all");
});

test("who holds the code comes in, in the same small group: the guesses fail for their codes", () => {
  const random = seededRandom(seed);
  const state = shows(random);
  const first = asking(joins(small, random, state.code, { joiner: laptop, inviter: phone }));
  const answered = tell(small, random, state, laptop, first.message);
  const second = asking(stepJoiner(small, first.state, answered.reply ?? null));
  assert.equal(tell(small, random, answered.state, laptop, second.message).event, "asking");
});

test("a recorded pairing, repeated in whole or in part, by its own key or by another, to the same code or a new one, adds nobody", () => {
  const random = seededRandom(seed);
  const first = shows(random);
  const began = asking(joins(pairingCrypto, random, first.code, { joiner: laptop, inviter: phone }));
  const answered = tell(pairingCrypto, random, first, laptop, began.message);
  const proved = asking(stepJoiner(pairingCrypto, began.state, answered.reply ?? null));
  const recorded = [began.message, proved.message, { type: "pair_synced" }];
  const finished = stepInviter(pairingCrypto, tell(pairingCrypto, random, answered.state, laptop, proved.message).state, {
    is: "decided",
    agreed: false,
  });
  const places = [finished.state, shows(random), shows(random, first.code), shows(random, first.code, "did:key:server")];
  for (const [at, place] of places.entries()) {
    for (const key of [laptop, thief]) {
      let state = place;
      for (const message of [...recorded, ...recorded]) {
        const step = tell(pairingCrypto, random, state, key, message);
        assert.ok(step.event !== "asking" && step.event !== "synced", `place ${at}, ${key}: ${step.event}`);
        assert.notEqual(step.reply?.["type"], "pair_done");
        state = step.state;
      }
    }
  }
});

test("somebody in between without the code gets nowhere, whatever he passes on and whatever he makes himself", () => {
  const random = seededRandom(seed);
  for (let round = 0; round < 20; round++) {
    const state = shows(random);
    const victim = asking(joins(pairingCrypto, random, state.code, { joiner: laptop, inviter: thief }));
    // He passes the share on under his own key: the code is bound to the names.
    const passed = tell(pairingCrypto, random, state, thief, victim.message);
    assert.deepEqual(stepJoiner(pairingCrypto, victim.state, passed.reply ?? null), { is: "failed", why: "code" });
    // He answers by himself, with a code that he made up.
    const invented = tell(pairingCrypto, random, shows(random, undefined, thief), laptop, victim.message);
    assert.deepEqual(stepJoiner(pairingCrypto, victim.state, invented.reply ?? null), { is: "failed", why: "code" });
  }
});

test("somebody in between who has seen the code can't make both devices show the same words", () => {
  const random = seededRandom(seed);
  for (let round = 0; round < 20; round++) {
    const state = shows(random);
    const victim = asking(joins(pairingCrypto, random, state.code, { joiner: laptop, inviter: thief }));
    // Towards the phone he is a joiner, and is bound by his commitment before he sees its nonce.
    const mine = asking(joins(pairingCrypto, random, state.code, { joiner: thief, inviter: phone }));
    const theirs = tell(pairingCrypto, random, state, thief, mine.message);
    const shown = asking(stepJoiner(pairingCrypto, mine.state, theirs.reply ?? null));
    const atPhone = tell(pairingCrypto, random, theirs.state, thief, shown.message).state.stage;
    assert.ok(atPhone.is === "asking", "with the code he is asked about");
    // Towards the laptop he has to choose his nonce before he knows the laptop's.
    const posed = tell(pairingCrypto, random, shows(random, state.code, thief), laptop, victim.message);
    const atLaptop = asking(stepJoiner(pairingCrypto, victim.state, posed.reply ?? null));
    assert.notDeepEqual(atPhone.proven.words, atLaptop.words);
    // Another nonce than he is bound to, once he has seen the phone's, is refused.
    const late = { ...shown.message, nonce: "ab".repeat(32) };
    assert.equal(tell(pairingCrypto, random, theirs.state, thief, late).event, undefined);
  }
});

test("a code is over after ten minutes, whoever comes", () => {
  const random = seededRandom(seed);
  const state = shows(random);
  const first = asking(joins(pairingCrypto, random, state.code, { joiner: laptop, inviter: phone }));
  assert.equal(tell(pairingCrypto, random, state, laptop, first.message, limits.pairMs - 1).reply?.["type"], "pair_share");
  const late = tell(pairingCrypto, random, state, laptop, first.message, limits.pairMs);
  assert.deepEqual([late.event, late.reply?.["code"]], ["over", "unauthorized"]);
});
