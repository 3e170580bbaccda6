/** Runs part `pairing`: the exchange with both sides' secrets, an inviter message by message, a joiner's reply. */
import assert from "node:assert/strict";
import { fromHex } from "../../src/core/bytes.ts";
import { type InviterInput, openInviter, stepInviter } from "../../src/core/pair/inviter.ts";
import { beginJoiner, stepJoiner } from "../../src/core/pair/joiner.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { pairingCrypto } from "../../src/node/pair/pairing-crypto.ts";
import { wordsOf } from "../../src/node/pair/words.ts";
import { list, object, type Run, text } from "./runner.ts";

const bytes = (of: JsonObject, name: string) => fromHex(text(of, name)) ?? new Uint8Array();

function begin(input: JsonObject) {
  const pairing = {
    code: text(input, "code"),
    joiner: text(input, "joiner"),
    inviter: text(input, "inviter"),
    channel: text(input, "channel"),
  };
  const random = { scalar: bytes(input, "joiner_scalar"), nonce: bytes(input, "joiner_nonce") };
  const step = beginJoiner(pairingCrypto, pairing, text(input, "name"), random);
  assert.ok(step.is === "ask");
  return step;
}

export const pairingRunners: Readonly<Record<string, Run>> = {
  "pair-exchange"({ input, expect }) {
    const first = begin(input);
    assert.deepEqual(first.message, expect["begin"]);
    const terms = {
      code: text(input, "code"),
      inviter: text(input, "inviter"),
      channel: text(input, "channel"),
      pool: `op:${"0".repeat(64)}`,
      now: 0,
    };
    const random = { scalar: bytes(input, "inviter_scalar"), nonce: bytes(input, "inviter_nonce") };
    const take = (state: ReturnType<typeof openInviter>, message: Json) =>
      stepInviter(pairingCrypto, state, { is: "message", key: text(input, "joiner"), message, now: 0, random });
    const answered = take(openInviter(terms), first.message);
    assert.deepEqual(answered.reply, expect["share"]);
    const second = stepJoiner(pairingCrypto, first.state, answered.reply ?? null);
    assert.ok(second.is === "ask");
    assert.deepEqual(second.message, expect["prove"]);
    assert.deepEqual(wordsOf(second.words ?? []), expect["words"]);
    const proven = take(answered.state, second.message).state.stage;
    assert.ok(proven.is === "asking");
    assert.deepEqual(wordsOf(proven.proven.words), expect["words"]);
  },

  "pair-inviter"({ input, expect }) {
    const terms = {
      code: text(input, "code"),
      inviter: text(input, "inviter"),
      channel: text(input, "channel"),
      pool: text(input, "pool"),
    };
    let state = openInviter({ ...terms, now: input["opened"] as number });
    const seen: object[] = [];
    for (const each of list(input, "inputs") as readonly JsonObject[]) {
      const step = stepInviter(pairingCrypto, state, inputOf(each));
      state = step.state;
      const { type, code } = step.reply ?? {};
      const answers = type === "error" ? code : type;
      seen.push({ ...(answers === undefined ? {} : { answers }), ...(step.event ? { tells: step.event } : {}) });
    }
    assert.deepEqual(seen, expect["steps"]);
  },

  "pair-joiner"({ input, expect }) {
    const step = stepJoiner(pairingCrypto, begin(input).state, object(input, "reply"));
    assert.equal(step.is, expect["does"]);
    if (step.is === "failed") assert.equal(step.why, expect["why"]);
    if (step.is !== "ask") return;
    assert.deepEqual(step.message, expect["message"]);
    assert.deepEqual(wordsOf(step.words ?? []), expect["words"]);
  },
};

function inputOf(each: JsonObject): InviterInput {
  if (typeof each["agreed"] === "boolean") return { is: "decided", agreed: each["agreed"] };
  const random = { scalar: bytes(each, "scalar"), nonce: bytes(each, "nonce") };
  return { is: "message", key: text(each, "key"), message: each["message"] ?? null, now: each["now"] as number, random };
}
