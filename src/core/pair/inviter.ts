/**
 * The side that shows the code, as a state machine (PAI-7 to PAI-11): `stepInviter(state, input)` gives the next state, what is answered, and
 * what has to be done. It serves one joiner; every attempt is counted before anything is computed that could be guessed against.
 */
import { equalBytes, toHex, utf8 } from "../bytes.ts";
import { limits } from "../limits.ts";
import type { Json, JsonObject, PairingCrypto } from "../ports.ts";
import { refusal as errorReply, isObject } from "../sync/messages.ts";
import { generator, scalarOf } from "./cpace.ts";
import {
  type Begin,
  bytesOf,
  commitmentTo,
  confirmationsOf,
  cpaceInput,
  hexMember,
  nameMember,
  type Pairing,
  wordNumbers,
} from "./exchange.ts";

/** Whoever is trying now. */
interface Attempt extends Begin {
  readonly key: string;
  /** This side's nonce. */
  readonly nonce: string;
  /** What the joiner must show, and what it was shown. */
  readonly expected: string;
  readonly reply: JsonObject;
}

/** A joiner that has shown that it holds the code. */
export interface Proven {
  readonly key: string;
  readonly name: string;
  readonly words: readonly number[];
}

export type InviterStage =
  | { readonly is: "open"; readonly attempt: Attempt | null }
  | { readonly is: "asking" | "added"; readonly attempt: Attempt; readonly proven: Proven }
  | { readonly is: "over"; readonly why: "expired" | "guessed" | "refused"; readonly key: string | null };

export interface InviterState {
  readonly code: string;
  readonly inviter: string;
  /** What its own certificate is; see `Pairing`. */
  readonly channel: string;
  readonly pool: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  readonly attempts: number;
  readonly stage: InviterStage;
}

export type InviterInput =
  | { readonly is: "message"; readonly key: string | null; readonly message: Json; readonly now: number; readonly random: PairRandom }
  /** The owner's word on whoever is `asking`. */
  | { readonly is: "decided"; readonly agreed: boolean }
  | { readonly is: "time"; readonly now: number };

/** 32 random bytes each, for this step alone. */
export interface PairRandom {
  readonly scalar: Uint8Array;
  readonly nonce: Uint8Array;
}

export interface InviterStep {
  readonly state: InviterState;
  /** The reply to a message. */
  readonly reply?: JsonObject;
  /** What happened that somebody must be told, once. */
  readonly event?: "asking" | "synced" | "over";
}

export interface InvitationTerms {
  readonly code: string;
  readonly inviter: string;
  readonly channel: string;
  readonly pool: string;
  readonly now: number;
}

export function openInviter({ now, ...terms }: InvitationTerms): InviterState {
  return { ...terms, expiresAt: now + limits.pairMs, attempts: 0, stage: { is: "open", attempt: null } };
}

export function stepInviter(crypto: PairingCrypto, state: InviterState, input: InviterInput): InviterStep {
  if (input.is === "decided") return decided(state, input.agreed);
  const { stage } = state;
  const late = input.now >= state.expiresAt && (stage.is === "open" || stage.is === "asking");
  const at = late ? ended(state, "expired") : { state };
  if (input.is === "time") return at;
  return { ...at, ...answered(crypto, at.state, input) };
}

function decided(state: InviterState, agreed: boolean): InviterStep {
  const { stage } = state;
  if (stage.is !== "asking") return { state };
  return agreed ? { state: { ...state, stage: { ...stage, is: "added" } } } : ended(state, "refused");
}

function ended(state: InviterState, why: "expired" | "guessed" | "refused"): InviterStep {
  const { stage } = state;
  return { state: { ...state, stage: { is: "over", why, key: stage.is === "asking" ? stage.proven.key : null } }, event: "over" };
}

type Message = Extract<InviterInput, { is: "message" }>;

function answered(crypto: PairingCrypto, state: InviterState, { key, message, random }: Message): InviterStep {
  if (key === null || !isObject(message)) return { state, reply: refusal };
  switch (message["type"]) {
    case "pair_begin":
      return begun(crypto, state, key, message, random);
    case "pair_prove":
      return proved(crypto, state, key, message);
    case "pair_synced":
      return state.stage.is === "added" && state.stage.proven.key === key
        ? { ...doneBy(state), event: "synced" }
        : { state, reply: refusal };
    default:
      return { state, reply: refusal };
  }
}

/** The same message once more, because its reply was lost, gets the same reply; any other one is another attempt. */
function begun(crypto: PairingCrypto, state: InviterState, key: string, message: JsonObject, random: PairRandom): InviterStep {
  const begin = { commitment: hexMember(message, "commitment", 64), share: hexMember(message, "share", 64), name: nameMember(message) };
  const { commitment, share, name } = begin;
  if (state.stage.is === "over" || commitment === null || share === null || name === null) return { state, reply: refusal };
  const { attempt } = state.stage;
  const known = attempt?.key === key && attempt.commitment === commitment && attempt.share === share && attempt.name === name;
  if (known) return { state, reply: attempt.reply };
  if (state.stage.is !== "open") return { state, reply: refusal };
  if (state.attempts >= limits.pairAttempts) return { ...ended(state, "guessed"), reply: refusal };
  const counted = { ...state, attempts: state.attempts + 1 };
  const made = attemptOf(crypto, pairingOf(state, key), { commitment, share, name }, random);
  if (made === null) return { state: { ...counted, stage: { is: "open", attempt: null } }, reply: refusal };
  return { state: { ...counted, stage: { is: "open", attempt: made } }, reply: made.reply };
}

function attemptOf(crypto: PairingCrypto, pairing: Pairing, begin: Begin, random: PairRandom): Attempt | null {
  const scalar = scalarOf(random.scalar);
  const element = crypto.multiply(generator(crypto, cpaceInput(pairing, begin.commitment)), scalar);
  if (element === null) return null;
  const answer = { share: toHex(element), nonce: toHex(random.nonce) };
  const shown = confirmationsOf(crypto, { scalar, side: "responder" }, begin, answer);
  if (shown === null) return null;
  const reply = { type: "pair_share", ...answer, proof: toHex(shown.responder) };
  // The joiner's share is kept as it came, so that a repeated message is recognised; ours is in the reply.
  return { key: pairing.joiner, ...begin, nonce: answer.nonce, expected: toHex(shown.initiator), reply };
}

function proved(crypto: PairingCrypto, state: InviterState, key: string, message: JsonObject): InviterStep {
  const { stage } = state;
  if (stage.is === "over") return { state, reply: stage.key === key ? { type: "pair_over", why: stage.why } : refusal };
  const { attempt } = stage;
  if (attempt?.key !== key) return { state, reply: refusal };
  const nonce = hexMember(message, "nonce", 64);
  const proof = hexMember(message, "proof", 128);
  const opens = nonce !== null && commitmentTo(crypto, bytesOf(nonce)) === attempt.commitment;
  if (!opens || proof === null || !equalBytes(utf8(proof), utf8(attempt.expected))) {
    // Whoever is asked about has shown it before; a wrong word now changes nothing for it.
    return stage.is === "open" ? { state: { ...state, stage: { is: "open", attempt: null } }, reply: refusal } : { state, reply: refusal };
  }
  if (stage.is === "added") return doneBy(state);
  if (stage.is === "asking") return { state, reply: waiting };
  const words = wordNumbers(crypto, pairingOf(state, key), attempt, { joiner: nonce, inviter: attempt.nonce });
  const proven = { key, name: attempt.name, words };
  return { state: { ...state, stage: { is: "asking", attempt, proven } }, reply: waiting, event: "asking" };
}

const refusal: JsonObject = { ...errorReply };

const waiting: JsonObject = { type: "pair_wait" };

function doneBy(state: InviterState): InviterStep {
  return { state, reply: { type: "pair_done", pool: state.pool } };
}

function pairingOf({ code, inviter, channel }: InviterState, joiner: string): Pairing {
  return { code, joiner, inviter, channel };
}
