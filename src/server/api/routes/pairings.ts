/** Taking another device in by a code. */
import { z } from "@hono/zod-openapi";
import { confirmation, newPairing, pairing } from "../contract.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";

const tag = "Devices";
const idParams = z.object({ id: z.string().max(100) });

export const pairingEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "post",
    path: "/api/pairings",
    summary: "Show a code by which another device joins; meanwhile this one is reached over the network, encrypted",
    tag,
    body: newPairing,
    answer: pairing,
    status: 201,
    handle: ({ body }, session) => session.pairings.begin(session.node, { role: body.role, host: session.options.pairingHost }),
  }),
  endpoint({
    method: "get",
    path: "/api/pairings/{id}",
    summary: "What has become of a code",
    tag,
    params: idParams,
    answer: pairing,
    handle: async ({ params: { id } }, session) => session.pairings.find(id),
  }),
  endpoint({
    method: "post",
    path: "/api/pairings/{id}/confirmation",
    summary: "Say whether both devices show the same words: only then is the new one added",
    tag,
    params: idParams,
    body: confirmation,
    answer: pairing,
    handle: ({ params: { id }, body: { same } }, session) => session.pairings.confirm(id, same),
  }),
  endpoint({
    method: "delete",
    path: "/api/pairings/{id}",
    summary: "End a code",
    tag,
    params: idParams,
    answer: pairing,
    handle: ({ params: { id } }, session) => session.pairings.end(id),
  }),
];
