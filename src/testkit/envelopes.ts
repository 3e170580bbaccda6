/** Envelopes changed on the way: without payload, or with another header that is hashed and signed as if it were meant. */
import { toHex } from "../core/bytes.ts";
import { canonical } from "../core/codec/canonical.ts";
import { opSigningInput } from "../core/crypto/signature.ts";
import type { Envelope, OpId } from "../core/op/operation.ts";
import type { Crypto } from "../core/ports.ts";
import type { FixedKey } from "./fixed-keys.ts";

/** A copy without payload, as a server may give it. */
export function bare({ salt: _salt, payload: _payload, ...rest }: Envelope): Envelope {
  return rest;
}

/** The envelope with the id that its header, as it now is, has, and `key`'s signature over that alone. */
export function resealed(crypto: Crypto, envelope: Envelope, key: FixedKey): Envelope {
  const { op_id: _id, salt: _salt, payload: _payload, sig: _sig, batch: _batch, ...header } = envelope;
  const op_id = `op:${crypto.sha256Hex(canonical(header))}` as OpId;
  const { batch: _old, ...rest } = envelope;
  return { ...rest, op_id, sig: toHex(crypto.ed25519.sign(key.seed, opSigningInput(op_id))) };
}
