/** `/healthz`, `/readyz` and `/metrics`, for the operator's own machines: on a listener apart from the one that devices ask. */
import type { Readiness } from "./health.ts";
import { lacking } from "./health.ts";
import type { Observe } from "./observe.ts";

export interface OpsOptions {
  readonly observe: Observe;
  readonly readiness: () => Promise<Readiness>;
}

/** Answers what is asked there; null for every other path. */
export function opsEndpoint({ observe, readiness }: OpsOptions): (request: Request) => Promise<Response | null> {
  let before: string | null = "starting";
  const note = (is: Readiness) => {
    const now = lacking(is);
    observe.metrics.ready.set(is.ready ? 1 : 0);
    if (now === before) return;
    before = now;
    if (now === null) observe.log.write("info", "ready");
    else observe.log.write("warn", "unready", { reason: now });
  };
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (!paths.has(pathname)) return null;
    if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    if (pathname === "/healthz") return answer(200, { alive: true });
    const is = await readiness();
    note(is);
    if (pathname === "/readyz") return answer(is.ready ? 200 : 503, { ...is });
    const { registry } = observe.metrics;
    return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType, "cache-control": "no-store" } });
  };
}

const paths: ReadonlySet<string> = new Set(["/healthz", "/readyz", "/metrics"]);

function answer(status: number, value: Record<string, unknown>): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}
