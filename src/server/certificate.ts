/**
 * A self-signed certificate (RFC 5280, ECDSA P-256), so that serving over TLS needs nothing installed. Clients of
 * fpl-sync/1 don't rely on it: they know a node by its signature over every reply (section 7).
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { concat, utf8 } from "../core/bytes.ts";
import { bitString, boolean, integer, objectId, octetString, sequence, set, tagged, text, time } from "./der.ts";
import { ipBytes } from "./ip-address.ts";

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. A secret. */
  readonly key: string;
}

/** Made at `now` for `host` (a name or an IP address) and for loopback; good for ten years. */
export function selfSignedCertificate(host: string, now: number = Date.now()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(objectId(commonName), text("FablePool node"))));
  const toBeSigned = sequence(
    tagged(0, true, integer(Uint8Array.of(2))), // version 3
    integer(concat(Uint8Array.of(1), randomBytes(15))),
    signedWith,
    name,
    sequence(time(now - dayMs), time(now + 3_650 * dayMs)), // from the day before: clocks differ
    name,
    publicKey.export({ format: "der", type: "spki" }),
    tagged(3, true, sequence(...extensions([host, "localhost", "127.0.0.1", "::1"]))),
  );
  const signature = bitString(sign("sha256", toBeSigned, privateKey));
  return {
    cert: pem("CERTIFICATE", sequence(toBeSigned, signedWith, signature)),
    key: privateKey.export({ format: "pem", type: "pkcs8" }) as string,
  };
}

function extensions(hosts: readonly string[]): Uint8Array[] {
  const names = new Map(hosts.map((host) => [host.replace(/^\[(.*)\]$/, "$1"), alternativeName(host)]));
  return [
    sequence(objectId(subjectAltName), octetString(sequence(...names.values()))),
    sequence(objectId(basicConstraints), boolean(true), octetString(sequence())), // no authority over others
    sequence(objectId(keyUsage), boolean(true), octetString(bitString(Uint8Array.of(0x80), 7))), // digital signatures
    sequence(objectId(extendedKeyUsage), octetString(sequence(objectId(serverAuth)))),
  ];
}

function alternativeName(host: string): Uint8Array {
  const address = ipBytes(host);
  return address === null ? tagged(2, false, utf8(host)) : tagged(7, false, address);
}

function pem(kind: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN ${kind}-----\n${lines}\n-----END ${kind}-----\n`;
}

const dayMs = 86_400_000;

const signedWith = sequence(objectId("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
const commonName = "2.5.4.3";
const subjectAltName = "2.5.29.17";
const basicConstraints = "2.5.29.19";
const keyUsage = "2.5.29.15";
const extendedKeyUsage = "2.5.29.37";
const serverAuth = "1.3.6.1.5.5.7.3.1";
