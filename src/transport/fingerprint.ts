import type { X509Certificate } from "node:crypto";

/** By which a certificate is known: sha-256 in lower-case hex. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}
