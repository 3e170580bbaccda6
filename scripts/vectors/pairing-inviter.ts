/** Part `pairing`: what an inviter answers, message by message. */
import { key, sha256 } from "./hashing.ts";
import { firstTs } from "./log-builder.ts";
import { bytesNamed, exchange, type Secrets, usual } from "./pairing.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const thief = key("thief");
const pool = `op:${sha256("fablepool pairing pool")}`;

interface Step {
  readonly key?: string;
  readonly message?: object;
  readonly agreed?: boolean;
  readonly now?: number;
  /** What is answered: a type, or the code of an error. */
  readonly answers?: string;
  /** What the owner is told. */
  readonly tells?: "asking" | "synced" | "over";
}

/** Each message has its own random bytes: the usual ones for the joiner, others for everybody else. */
function scenario(name: string, rule: string, comment: string, steps: readonly Step[], isFine = false): Vector {
  const inputs = steps.map(({ answers: _answers, tells: _tells, key: author, now, ...step }, at) => ({
    ...(author === undefined ? {} : { key: author }),
    ...("agreed" in step ? {} : { now: now ?? firstTs + 1_000 * at }),
    ...step,
    ...(step.message === undefined ? {} : randomOf(author ?? "", at)),
  }));
  const expect = { steps: steps.map(({ answers, tells }) => ({ ...(answers ? { answers } : {}), ...(tells ? { tells } : {}) })) };
  const about = { path: `pairing/inviter-${name}`, rule, comment, kind: "pair-inviter" };
  const terms = { code: usual.code, inviter: usual.inviter, channel: usual.channel, pool, opened: firstTs, inputs };
  return (isFine ? valid : invalid)(about, terms, expect);
}

function randomOf(author: string, at: number) {
  if (author === usual.joiner) return { scalar: usual.inviter_scalar, nonce: usual.inviter_nonce };
  return { scalar: bytesNamed(`scalar ${at}`), nonce: bytesNamed(`nonce ${at}`) };
}

const fine = exchange(usual);
const by = (message: object, more: Step): Step => ({ key: usual.joiner, message, ...more });
const began = by(fine.begin, { answers: "pair_share" });
const proved = by(fine.prove, { answers: "pair_wait", tells: "asking" });

/** A guess by the thief, with its own key. */
function guess(number: number, more: Step): Step {
  const secrets: Secrets = {
    ...usual,
    code: String(number).padStart(10, "0"),
    joiner: thief.did,
    joiner_nonce: bytesNamed(`guess ${number}`),
  };
  return { key: thief.did, message: exchange(secrets).begin, ...more };
}

export const inviterVectors: readonly Vector[] = [
  scenario(
    "whole",
    "PAI-11",
    "A device comes in; it waits until the owner has agreed.",
    [
      began,
      proved,
      by(fine.prove, { answers: "pair_wait" }),
      { agreed: true },
      by(fine.prove, { answers: "pair_done" }),
      by({ type: "pair_synced" }, { answers: "pair_done", tells: "synced" }),
    ],
    true,
  ),
  scenario("refused", "PAI-7", "The owner says no: the device hears it, and the code is over.", [
    began,
    proved,
    { agreed: false, tells: "over" },
    by(fine.prove, { answers: "pair_over" }),
    by(fine.begin, { answers: "unauthorized" }),
  ]),
  scenario(
    "lost-replies",
    "PAI-10",
    "The same messages again get the same replies, and are not counted.",
    [
      began,
      ...Array.from({ length: 6 }, () => by(fine.begin, { answers: "pair_share" })),
      proved,
      by(fine.begin, { answers: "pair_share" }),
      by(fine.prove, { answers: "pair_wait" }),
    ],
    true,
  ),
  scenario("guessed", "PAI-8", "Five attempts are answered; the sixth ends the code, for the right device too.", [
    ...[1, 2, 3, 4, 5].map((number) => guess(number, { answers: "pair_share" })),
    guess(6, { answers: "unauthorized", tells: "over" }),
    by(fine.begin, { answers: "unauthorized" }),
  ]),
  scenario("expired", "PAI-7", "After ten minutes nobody is answered.", [
    by(fine.begin, { answers: "pair_share", now: firstTs + 599_999 }),
    by(fine.prove, { answers: "unauthorized", tells: "over", now: firstTs + 600_000 }),
  ]),
  scenario("wrong-proof", "PAI-9", "A wrong tag ends the attempt: the right one comes too late.", [
    began,
    by({ ...fine.prove, proof: "0".repeat(128) }, { answers: "unauthorized" }),
    by(fine.prove, { answers: "unauthorized" }),
  ]),
  scenario("other-nonce", "PAI-9", "A nonce that does not open the commitment: who could choose it late could steer the words.", [
    began,
    by({ ...fine.prove, nonce: bytesNamed("a late nonce") }, { answers: "unauthorized" }),
  ]),
  scenario("of-another-key", "PAI-9", "Another key passes the joiner's messages on as its own.", [
    began,
    { key: thief.did, message: fine.prove, answers: "unauthorized" },
    proved,
  ]),
  scenario("second-device", "PAI-10", "Once a device was right, no other one is answered.", [
    began,
    proved,
    guess(7, { answers: "unauthorized" }),
  ]),
  scenario("decided-for-nobody", "PAI-11", "Yes, while nobody has shown the code, adds nobody.", [
    { agreed: true },
    by({ type: "pair_synced" }, { answers: "unauthorized" }),
  ]),
  scenario("malformed", "PAI-1", "Members missing, of another length, or a name that would move the cursor.", [
    by({ type: "pair_begin" }, { answers: "unauthorized" }),
    by({ ...fine.begin, share: fine.begin.share.toUpperCase() }, { answers: "unauthorized" }),
    by({ ...fine.begin, name: "laptop\u001b[2J" }, { answers: "unauthorized" }),
    by({ ...fine.begin, name: "x".repeat(65) }, { answers: "unauthorized" }),
    by({ type: "pair_anything" }, { answers: "unauthorized" }),
  ]),
];
