/** `/api`: every request is checked, bounded and parsed before its endpoint sees it. */
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import { Refused } from "../refused.ts";
import { type ApiContext, type Endpoint, type JsonEndpoint, parsed, queryOf } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import type { Guard } from "./guard.ts";
import { problemOf } from "./problem.ts";
import type { Session } from "./session.ts";

export interface ApiOptions {
  readonly guard: Guard;
  readonly session: Session;
  readonly onDefect: (error: unknown) => void;
}

type App = Hono<{ Bindings: HttpBindings }>;

export function apiApp({ guard, session, onDefect }: ApiOptions): App {
  const app: App = new Hono();
  app.use("/api/*", async (context, next) => {
    context.header("Cache-Control", "no-store");
    guard.check(context.env.incoming);
    await next();
  });
  for (const each of endpoints) register(app, each, session);
  app.all("/api/*", (context) => {
    const methods = methodsAt(context.req.path);
    if (methods.length === 0) throw new Refused(404, "not_found", "there is nothing here: docs/api.md lists what can be asked");
    context.header("Allow", methods.join(", "));
    throw new Refused(405, "bad_request", `this is asked by ${methods.join(" or ")}`);
  });
  app.onError((error, context) => {
    const { status, body } = problemOf(error, onDefect);
    if (status === 401) context.header("WWW-Authenticate", "Bearer");
    return context.json(body, status as 400);
  });
  return app;
}

function register(app: App, each: Endpoint, session: Session): void {
  const path = each.path.replace(/\{(\w+)\}/g, ":$1");
  const handler = "stream" in each ? (context: ApiContext) => each.stream(context, session) : answering(each, session);
  if ("stream" in each || each.method !== "post") app.on(each.method.toUpperCase(), path, handler);
  else app.on("POST", path, boundedBody, handler);
}

const boundedBody = bodyLimit({
  maxSize: limits.apiBodyBytes,
  onError: () => {
    throw new Refused(413, "too_large", `a request has at most ${limits.apiBodyBytes} bytes here`);
  },
});

function answering(each: JsonEndpoint, session: Session) {
  return async (context: ApiContext): Promise<Response> => {
    const params = parsed(each.params, context.req.param(), "address");
    const query = parsed(each.query, queryOf(context.req.url, each.query), "query");
    const body = each.method === "post" ? parsed(each.body, await bodyOf(context), "body") : {};
    const answer = await each.handle({ params, query, body }, session);
    return context.json(answer as object, each.status ?? 200);
  };
}

/** Only JSON is taken: what a form of another site's page can send without being asked is none. */
async function bodyOf(context: ApiContext): Promise<unknown> {
  const type = context.req.header("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new Refused(415, "bad_request", "Content-Type must be application/json");
  }
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PoolError("parse", `the body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ""}`);
  }
}

function methodsAt(path: string): string[] {
  const fits = (pattern: string) => new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return endpoints.filter((each) => fits(each.path)).map(({ method }) => method.toUpperCase());
}
