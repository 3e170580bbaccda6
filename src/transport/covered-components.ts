/** What the signatures of section 7 cover, in requests and in replies, and how old they may be. */
import { limits } from "../core/limits.ts";
import { type Components, label, type ReceivedSignature, signatureMember } from "./message-signature.ts";
import { byteSequence, parseDictionary } from "./structured-field.ts";

export const syncPath = "/fpl-sync/1";
/** Where a hub is asked to host a pool, or to let it go (host/1). */
export const hostPath = "/fpl-host/1";

export function requestComponents(request: {
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly contentDigest: string;
  readonly fplTo: string;
}): Components {
  return new Map([
    ['"@method"', request.method],
    ['"@authority"', request.authority],
    ['"@path"', request.path],
    ['"content-digest"', request.contentDigest],
    ['"fpl-to"', request.fplTo],
  ]);
}

/** `signature`: the request's field; its member `fpl` is covered where there is one. */
export function replyComponents(
  reply: { readonly status: number; readonly contentDigest: string },
  request: { readonly authority: string; readonly contentDigest: string; readonly signature: string | null },
): Components {
  const bytes = request.signature === null ? null : signatureMember(parseDictionary(request.signature) ?? new Map());
  return new Map([
    ['"@status"', String(reply.status)],
    ['"content-digest"', reply.contentDigest],
    ['"content-digest";req', request.contentDigest],
    ['"@authority";req', request.authority],
    ...(bytes === null ? [] : [[`"signature";req;key="${label}"`, byteSequence(bytes)] as const]),
  ]);
}

/** |now − created| ≤ 300 s, and not beyond an `expires`, which the RFC allows a signer to add. */
export function isFresh({ created, expires }: Pick<ReceivedSignature, "created" | "expires">, now: number): boolean {
  return Math.abs(now - created * 1_000) <= limits.clockSkewSeconds * 1_000 && (expires === null || now <= expires * 1_000);
}
