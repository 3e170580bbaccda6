/** HTTP message signatures of the vectors: RFC 9421 section 2.5 by hand, so that whatever is wrong can be made wrong. */
import { type Key, key, sha256 } from "./hashing.ts";
import { firstTs } from "./log-builder.ts";

export const authority = "home.example:8443";
export const server = key("server");
export const client = key("phone");
export const now = firstTs + 250;
export const created = Math.floor(now / 1_000);

/** `sha-256=:…:` of content. */
export function digestOf(content: string | Uint8Array): string {
  return `sha-256=:${Buffer.from(sha256(content), "hex").toString("base64")}:`;
}

/** 16 bytes in hex, the same in every run. */
export function nonceOf(name: string): string {
  return sha256(`fablepool nonce: ${name}`).slice(0, 32);
}

export interface Parts {
  /** Identifier and value of each component, in the signer's order. */
  readonly components: readonly (readonly [identifier: string, value: string])[];
  /** Parameters after the list, as text. */
  readonly parameters: string;
  readonly by: Key;
}

export interface Signed {
  readonly base: string;
  readonly bytes: Buffer;
  readonly fields: { readonly "signature-input": string; readonly signature: string };
}

export function sign({ components, parameters, by }: Parts, label = "fpl"): Signed {
  const list = `(${components.map(([identifier]) => identifier).join(" ")})${parameters}`;
  const base = [...components.map(([identifier, value]) => `${identifier}: ${value}`), `"@signature-params": ${list}`].join("\n");
  const bytes = by.sign(base);
  return { base, bytes, fields: { "signature-input": `${label}=${list}`, signature: `${label}=:${bytes.toString("base64")}:` } };
}

export function parameters(changes: Readonly<Record<string, string | null>> = {}, nonce = "request", by: Key = client): string {
  const usual = { created: String(created), nonce: `"${nonceOf(nonce)}"`, alg: '"ed25519"', keyid: `"${by.did}"`, tag: '"fpl-sync/1"' };
  return Object.entries({ ...usual, ...changes })
    .flatMap(([name, value]) => (value === null ? [] : [`;${name}=${value}`]))
    .join("");
}

export function requestComponents(content: string, changes: Readonly<Record<string, string | null>> = {}): [string, string][] {
  const usual: Record<string, string | null> = {
    '"@method"': "POST",
    '"@authority"': authority,
    '"@path"': "/fpl-sync/1",
    '"content-digest"': digestOf(content),
    '"fpl-to"': server.did,
    ...changes,
  };
  return Object.entries(usual).flatMap(([identifier, value]) => (value === null ? [] : [[identifier, value] as [string, string]]));
}
