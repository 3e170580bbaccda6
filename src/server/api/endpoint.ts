/** One thing that can be asked: what it is given and answers with, as schemas, and how it is answered. */
import type { HttpBindings } from "@hono/node-server";
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { PoolError } from "../../core/errors.ts";
import type { Session } from "./session.ts";

export type ApiContext = Context<{ Bindings: HttpBindings }>;

type Shape = z.ZodObject;

interface Described {
  readonly method: "get" | "post" | "delete";
  /** As `/api/claims/{id}`. */
  readonly path: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly tag: string;
  readonly params?: Shape;
  readonly query?: Shape;
  readonly answer: z.ZodType;
  /** Of the answer; 200 without. */
  readonly status?: 200 | 201 | 202;
}

/** What is answered by a value, which goes out as JSON. */
export interface JsonEndpoint extends Described {
  readonly body?: z.ZodType;
  readonly handle: (asked: { params: unknown; query: unknown; body: unknown }, session: Session) => Promise<unknown>;
}

/** What reads its request, or writes its answer, itself. */
export interface StreamEndpoint extends Described {
  /** The media type of a body that is not JSON, or of an answer that is not. */
  readonly takes?: "multipart/form-data";
  readonly gives?: "text/event-stream";
  readonly stream: (context: ApiContext, session: Session) => Promise<Response>;
}

export type Endpoint = JsonEndpoint | StreamEndpoint;

type Given<Schema> = Schema extends z.ZodType ? z.output<Schema> : Record<string, never>;

/** Ties the types of what is given and answered to the schemas. */
export function endpoint<
  Answer extends z.ZodType,
  Params extends Shape | undefined = undefined,
  Query extends Shape | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(described: {
  readonly method: Described["method"];
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  readonly status?: Described["status"];
  readonly handle: (asked: { params: Given<Params>; query: Given<Query>; body: Given<Body> }, session: Session) => Promise<z.input<Answer>>;
}): JsonEndpoint {
  return described as unknown as JsonEndpoint;
}

/** Throws `PoolError("bad_request")` that names the member and what is wrong with it. */
export function parsed(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return {};
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  throw new PoolError("bad_request", `${where}${path === "" ? "" : `, ${path}`}: ${issue?.message ?? "it does not fit"}`);
}

/** A query's members, each once or as a list. Throws `bad_request` for one that is not known: a slip would else filter nothing. */
export function queryOf(url: string, schema: Shape | undefined): Record<string, string | string[]> {
  const members: Record<string, string | string[]> = {};
  const search = new URL(url).searchParams;
  for (const name of new Set(search.keys())) {
    if (!Object.hasOwn(schema?.shape ?? {}, name))
      throw new PoolError("bad_request", `query: there is no ${JSON.stringify(name.slice(0, 60))} here`);
    const values = search.getAll(name);
    members[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return members;
}
