/** The operators' API (docs/hub-admin.md): what `fablepool hub` does, over HTTP, on a listener of its own. */
import { Hono } from "hono";
import type { z } from "zod";
import { parseJson } from "../../core/codec/parse.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { type Listening, listenHttp } from "../../server/index.ts";
import { hubHttpLimits } from "../hub-limits.ts";
import { deleteBody, fitting, invitationBody, nothingBody, noticeBody, quotaBody } from "./admin-contract.ts";
import { AdminGuard } from "./admin-guard.ts";
import { adminLimits } from "./admin-limits.ts";
import { beginDeletion, finishDeletion, shownDeletion } from "./delete-pool.ts";
import { exportPool } from "./export-pool.ts";
import { invitations, makeInvitation, revokeInvitation } from "./invite.ts";
import type { Operated } from "./operator.ts";
import { poolPage, showPool } from "./pools.ts";
import { resumePool, setQuota, suspendPool } from "./serving.ts";

export interface AdminApiOptions extends Operated {
  /** How devices reach the hub, and who answers them first. */
  readonly hub: { readonly url: string; readonly front: Did };
  readonly token: string;
}

/** Rejects with `PoolError("usage")` when it can't listen there, or would have to listen to a network without TLS. */
export function startAdmin(
  place: { readonly host: string; readonly port: number; readonly tls?: { readonly cert: string; readonly key: string } },
  options: AdminApiOptions,
): Promise<Listening> {
  const api = adminApi(options);
  return listenHttp({ ...place, limits: hubHttpLimits, fetch: (request) => api.fetch(request) });
}

export function adminApi(options: AdminApiOptions): Hono {
  const guard = new AdminGuard(options.token);
  const api = new Hono();
  api.use(async (context, next) => {
    guard.check(context.req.raw.headers, performance.now());
    await next();
    context.header("cache-control", "no-store");
  });
  invitationRoutes(api, options);
  poolRoutes(api, options);
  api.notFound(() => problem(new PoolError("not_found", "there is no such thing here: docs/hub-admin.md says what there is")));
  api.onError((error) => problem(error));
  return api;
}

function invitationRoutes(api: Hono, options: AdminApiOptions): void {
  api.get("/invitations", async (context) => context.json({ invitations: await invitations(options) }));
  api.post("/invitations", async (context) => {
    const { label, role, quota, for_ms: forMs } = await bodyOf(context.req.raw, invitationBody);
    return context.json(await makeInvitation(options, options.hub, { label, role, quota, forMs }), 201);
  });
  api.delete("/invitations/:id", async (context) => {
    await revokeInvitation(options, context.req.param("id"));
    return context.json({ revoked: true });
  });
}

function poolRoutes(api: Hono, options: AdminApiOptions): void {
  api.get("/pools", async (context) => {
    const pools = await poolPage(options, context.req.query("after") ?? "");
    return context.json({ pools, next: pools.length === adminLimits.page ? (pools.at(-1)?.pool ?? null) : null });
  });
  api.get("/pools/:pool", async (context) => context.json(await showPool(options, context.req.param("pool"))));
  api.get("/pools/:pool/export", async (context) => linesReply(exportPool(options, context.req.param("pool"))));
  api.post("/pools/:pool/suspend", async (context) => {
    const { notice } = await bodyOf(context.req.raw, noticeBody);
    return context.json(await suspendPool(options, context.req.param("pool"), notice));
  });
  api.post("/pools/:pool/resume", async (context) => {
    await bodyOf(context.req.raw, nothingBody);
    return context.json(await resumePool(options, context.req.param("pool")));
  });
  api.put("/pools/:pool/quota", async (context) => {
    const { operations, bytes } = await bodyOf(context.req.raw, quotaBody);
    const change = { ...(operations === undefined ? {} : { operations }), ...(bytes === undefined ? {} : { bytes }) };
    return context.json(await setQuota(options, context.req.param("pool"), change));
  });
  api.delete("/pools/:pool", async (context) => {
    const { notice, tell_for_ms: tellForMs } = await bodyOf(context.req.raw, deleteBody);
    const deleted = await beginDeletion(options, context.req.param("pool"), { notice, tellForMs });
    finishDeletion(options, deleted).catch(() => undefined); // what fails is gone on with by whichever process looks next
    return context.json(shownDeletion(deleted), 202);
  });
}

/** An empty body is an empty object. Throws `bad_request`, `parse` and `too_large`. */
async function bodyOf<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > adminLimits.requestBytes)
      throw new PoolError("too_large", `the body is too large: ${adminLimits.requestBytes} bytes at most`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  return fitting(schema, text === "" ? {} : parseJson(text, { maxDepth: 4 }));
}

/** Begins once the first line is there, so that what can't be had is told as such. A reply that breaks off is no whole file: its length is not said before. */
async function linesReply(lines: AsyncGenerator<string>): Promise<Response> {
  const first = await lines.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => (first.done ? controller.close() : controller.enqueue(encoder.encode(first.value))),
    async pull(controller) {
      const next = await lines.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson" } });
}

const statuses: Readonly<Record<string, number>> = {
  usage: 400,
  bad_request: 400,
  parse: 400,
  unauthorized: 401,
  not_found: 404,
  no_pool: 404,
  too_large: 413,
  rate: 429,
  storage: 503,
};

function problem(error: unknown): Response {
  const defect = { code: "internal", message: `this is a defect, please report it: ${error instanceof Error ? error.message : error}` };
  const { code, message } = error instanceof PoolError ? error : defect;
  return Response.json({ error: { code, message } }, { status: statuses[code] ?? 500, headers: { "cache-control": "no-store" } });
}
