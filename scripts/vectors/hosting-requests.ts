/** Part `hosting`: requests to `/fpl-host/1`, as a hub sees them. */
import { key } from "./hashing.ts";
import { front, hostedPool, token } from "./hosting.ts";
import { authority, client, digestOf, now, parameters, requestComponents, sign } from "./http-signature.ts";
import { firstTs } from "./log-builder.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const content = JSON.stringify({ type: "host", invitation: token, pool: hostedPool });

interface Changes {
  /** What is signed, where it isn't what is sent. */
  readonly covered?: Readonly<Record<string, string | null>>;
  /** As sent. */
  readonly path?: string;
  readonly to?: string;
}

function made({ covered = {}, path = "/fpl-host/1", to = front.did }: Changes) {
  const components = requestComponents(content, { '"@path"': path, '"fpl-to"': to, ...covered });
  const signed = sign({ components, parameters: parameters(), by: client });
  const headers = { "content-type": "application/json", "content-digest": digestOf(content), "fpl-to": to, ...signed.fields };
  const request = { method: "POST", authority, path, headers, content };
  return { signed, input: { server: front.did, server_started: firstTs - 3_600_000, now, request } };
}

function taken(name: string, comment: string, changes: Changes = {}): Vector {
  const { signed, input } = made(changes);
  const about = { path: `hosting/request-${name}`, rule: "HOS-4", comment, kind: "hosting-request" };
  return valid(about, input, { key: client.did, base: signed.base, signature: signed.bytes.toString("hex") });
}

function refused(name: string, comment: string, changes: Changes): Vector {
  const about = { path: `hosting/request-${name}`, rule: "HOS-4", comment, kind: "hosting-request" };
  return invalid(about, made(changes).input, { status: 401, code: "bad_signature" });
}

export const hostingRequestVectors: readonly Vector[] = [
  taken("host", "Signed for this path, and for the front."),
  refused("signed-for-sync", "Signed for /fpl-sync/1: a message of sync is none of hosting.", { covered: { '"@path"': "/fpl-sync/1" } }),
  refused("sent-to-sync", "Signed for /fpl-host/1, and sent to /fpl-sync/1.", {
    covered: { '"@path"': "/fpl-host/1" },
    path: "/fpl-sync/1",
  }),
  refused("path-uncovered", "@path is not covered.", { covered: { '"@path"': null } }),
  refused("for-another-node", "Signed for another node, which sends it on.", { to: key("laptop").did }),
];
