/** What an operator gives to someone who may bring a pool to a hub (spec/11-hosting.md): one line, to be pasted. It is a secret until it is used. */
import { concat, equalBytes, fromHex, toHex } from "../bytes.ts";
import { decodeBase58, encodeBase58 } from "../crypto/base58.ts";
import { type Did, decodeDidKey, encodeDidKey } from "../crypto/did-key.ts";
import { domainTags } from "../domain-tags.ts";
import { PoolError } from "../errors.ts";
import type { Sha256Hex } from "../ports.ts";
import { isToken } from "./hosting.ts";
import { isHubAddress } from "./hub-address.ts";

export interface HubInvitation {
  /** Scheme, host and port: `https://hub.example`. */
  readonly url: string;
  /** The hub's front, which must answer. */
  readonly front: Did;
  /** 32 hex digits. */
  readonly token: string;
}

/** `https://hub.example/#fph1…`. Throws `RangeError` for parts that make none. */
export function hubInvitationText(sha256Hex: Sha256Hex, { url, front, token }: HubInvitation): string {
  const key = decodeDidKey(front);
  const secret = isToken(token) ? fromHex(token) : null;
  if (key === null || secret === null || !isHubAddress(url)) throw new RangeError("an invitation needs an address, a did and a token");
  const said = concat(key, secret);
  return `${url}/#${version}${encodeBase58(concat(said, checkOf(sha256Hex, url, said)))}`;
}

/** Throws `PoolError("usage")` that says what is wrong with it. */
export function readHubInvitation(sha256Hex: Sha256Hex, text: string): HubInvitation {
  const [, url = "", code = ""] = /^([^#]*?)\/?#fph1([^#]*)$/.exec(text.replace(/\s+/g, "")) ?? [];
  if (url === "") {
    throw new PoolError(
      "usage",
      "that is no invitation to a hub: it is one line like https://hub.example/#fph1…, and # needs quotes in a shell",
    );
  }
  const bytes = code.length > codeCharacters ? null : decodeBase58(code);
  const said = bytes?.subarray(0, saidBytes);
  if (bytes?.length !== saidBytes + checkBytes || said === undefined)
    throw new PoolError("usage", "that invitation is cut off, or something was added to it: copy the whole line");
  if (!equalBytes(bytes.subarray(saidBytes), checkOf(sha256Hex, url, said)))
    throw new PoolError("usage", "there is a typing error in that invitation, in the address or behind the #: copy the whole line");
  if (!isHubAddress(url))
    throw new PoolError("usage", `that invitation leads to ${url}, where what is sent could be read: it has to be https`);
  return { url, front: encodeDidKey(said.subarray(0, 32)), token: toHex(said.subarray(32)) };
}

const version = "fph1";
const saidBytes = 48;
const checkBytes = 4;
/** Those of 52 bytes in base58: more is not worth decoding. */
const codeCharacters = 72;

/** Over the address too, so that a typing error there is seen before anything is sent to somebody else. */
function checkOf(sha256Hex: Sha256Hex, url: string, said: Uint8Array): Uint8Array {
  const digest = fromHex(sha256Hex(domainTags.hubInvitation, url, "\n", said)) ?? new Uint8Array();
  return digest.subarray(0, checkBytes);
}
