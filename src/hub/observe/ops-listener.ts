/** The listener of `/healthz`, `/readyz` and `/metrics`: never the one that devices ask. Plain HTTP, since it tells nothing of what is hosted. */
import { httpLimits, type Listening, listenHttp } from "../../server/index.ts";
import type { OpsOptions } from "./ops-endpoint.ts";
import { opsEndpoint } from "./ops-endpoint.ts";

/** A load balancer, a supervisor and a collector ask every few seconds each; whoever is slower than this is none of them. */
const opsLimits = { ...httpLimits, connections: 64, headersMs: 5_000, bodyDeadlineMs: 5_000, closeMs: 500 };

/** Rejects with `usage` when it can't listen there. */
export function listenForOperator(place: { readonly host: string; readonly port: number }, options: OpsOptions): Promise<Listening> {
  const answer = opsEndpoint(options);
  const fetch = async (request: Request) => (await answer(request)) ?? new Response(null, { status: 404 });
  return listenHttp({ ...place, proxied: true, limits: opsLimits, fetch });
}
