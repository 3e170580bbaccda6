/** The side that types the code, as a state machine: `beginJoiner` gives the first message, `stepJoiner` what follows from each reply. */
import { equalBytes, toHex, utf8 } from "../bytes.ts";
import { isOpId, type OpId } from "../op/operation.ts";
import type { Json, JsonObject, PairingCrypto } from "../ports.ts";
import { isObject } from "../sync/messages.ts";
import { generator, scalarOf } from "./cpace.ts";
import { type Begin, commitmentTo, confirmationsOf, cpaceInput, hexMember, type Pairing, wordNumbers } from "./exchange.ts";
import type { PairRandom } from "./inviter.ts";

export interface JoinerState {
  readonly pairing: Pairing;
  readonly begin: Begin;
  readonly scalar: Uint8Array;
  /** Hex; it is told once the other side has shown that it holds the code. */
  readonly nonce: string;
  /** The message that is sent until the owner has decided; null before the other side has shown that it holds the code. */
  readonly proof: JsonObject | null;
}

export type JoinerStep =
  /** Send this. `words`: what the person compares, told once. */
  | { readonly is: "ask"; readonly state: JoinerState; readonly message: JsonObject; readonly words?: readonly number[] }
  /** The owner has not decided yet: send the same again in a while. */
  | { readonly is: "wait"; readonly state: JoinerState; readonly message: JsonObject }
  | { readonly is: "done"; readonly pool: OpId }
  /** `code`: the other side does not hold this code, or another device is in between. */
  | { readonly is: "failed"; readonly why: "code" | "expired" | "refused" | "guessed" | "closed" };

export function beginJoiner(crypto: PairingCrypto, pairing: Pairing, name: string, random: PairRandom): JoinerStep {
  const scalar = scalarOf(random.scalar);
  const commitment = commitmentTo(crypto, random.nonce);
  const element = crypto.multiply(generator(crypto, cpaceInput(pairing, commitment)), scalar);
  if (element === null) return { is: "failed", why: "code" }; // a scalar of zero: once in 2^252
  const begin = { commitment, share: toHex(element), name };
  const state = { pairing, begin, scalar, nonce: toHex(random.nonce), proof: null };
  return { is: "ask", state, message: { type: "pair_begin", ...begin } };
}

export function stepJoiner(crypto: PairingCrypto, state: JoinerState, reply: Json): JoinerStep {
  const type = isObject(reply) ? reply["type"] : null;
  if (!isObject(reply) || type === "error") return { is: "failed", why: "closed" };
  if (state.proof === null) return type === "pair_share" ? shared(crypto, state, reply) : { is: "failed", why: "code" };
  if (type === "pair_wait") return { is: "wait", state, message: state.proof };
  if (type === "pair_over") return { is: "failed", why: overWhy(reply["why"]) };
  const pool = reply["pool"];
  return type === "pair_done" && isOpId(pool) ? { is: "done", pool } : { is: "failed", why: "closed" };
}

function shared(crypto: PairingCrypto, state: JoinerState, reply: JsonObject): JoinerStep {
  const { pairing, begin, scalar, nonce } = state;
  const answer = { share: hexMember(reply, "share", 64), nonce: hexMember(reply, "nonce", 64), proof: hexMember(reply, "proof", 128) };
  if (answer.share === null || answer.nonce === null || answer.proof === null) return { is: "failed", why: "code" };
  const answered = { share: answer.share, nonce: answer.nonce };
  const shown = confirmationsOf(crypto, { scalar, side: "initiator" }, begin, answered);
  if (shown === null || !equalBytes(utf8(toHex(shown.responder)), utf8(answer.proof))) return { is: "failed", why: "code" };
  const message = { type: "pair_prove", nonce, proof: toHex(shown.initiator) };
  const words = wordNumbers(crypto, pairing, begin, { joiner: nonce, inviter: answer.nonce });
  return { is: "ask", state: { ...state, proof: message }, message, words };
}

function overWhy(why: Json | undefined): "expired" | "refused" | "guessed" | "closed" {
  return why === "expired" || why === "refused" || why === "guessed" ? why : "closed";
}
