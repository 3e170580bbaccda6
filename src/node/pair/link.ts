/** What the QR code of a pairing says: the code, who shows it, and where. It is as secret as the code, and dies with it (PAI-3). */
import { decodeDidKey } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { readCode } from "../../core/pair/code.ts";

export interface PairingLink {
  readonly code: string;
  /** The node that must answer; null when only the code was typed. */
  readonly node: string | null;
  /** Where it is served; null when it has to be looked for. */
  readonly url: string | null;
}

/** `fablepool:pair?code=…&node=did:key:…&url=https://…` */
export function pairingLinkText({ code, node, url }: { readonly code: string; readonly node: string; readonly url: string }): string {
  return `fablepool:pair?code=${code}&node=${node}&url=${encodeURI(url)}`;
}

/** Reads a link, or a code as a person types it; null for what is meant to be neither. Throws `usage` for a link that is damaged. */
export function parsePairing(text: string): PairingLink | null {
  const bare = text.trim();
  const typed = readCode(bare);
  if (typed !== null) return { code: typed, node: null, url: null };
  const [, query] = /^fablepool:pair\?(.*)$/.exec(bare) ?? [];
  if (query === undefined) return null;
  const members = new URLSearchParams(query);
  const code = readCode(members.get("code") ?? "");
  const node = members.get("node");
  const url = members.get("url");
  if (code === null || node === null || decodeDidKey(node) === null || url === null) {
    throw new PoolError("usage", "that pairing link is cut off or damaged: put it in quotes, or type the ten digits instead");
  }
  return { code, node, url };
}
