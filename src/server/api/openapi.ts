/** `/api` as OpenAPI 3.1, made of the same schemas that requests and answers are checked by: docs/openapi.json is what this gives. */
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as contract from "./contract.ts";
import { events, problem } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";

export function openApiDocument(version: string): object {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "The token in the address that `fablepool open` prints: 32 random bytes, new at each start",
  });
  for (const [name, schema] of Object.entries(bare)) app.openAPIRegistry.register(name, schema);
  for (const [name, schema] of Object.entries(events)) {
    app.openAPIRegistry.register(`${name.charAt(0).toUpperCase()}${name.slice(1)}Event`, schema);
  }
  for (const each of endpoints) app.openAPIRegistry.registerPath(routeOf(each));
  const described = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "FablePool, on this machine",
      version,
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
      description,
    },
    security: [{ token: [] }],
  });
  return { ...described, paths: Object.fromEntries(Object.entries(described.paths ?? {}).sort()) };
}

/** What is null in some answers: named here without, else the first of those would be what its name means. */
const bare = {
  Author: contract.author,
  Line: contract.line,
  Claim: contract.claim,
  SourcePlace: contract.place,
  Geo: contract.geo,
  SyncSummary: contract.syncReport,
  ImportReport: contract.importReport,
  DeriveReport: contract.deriveReport,
};

const description =
  "What the inspector, and scripts of the person whose memory it is, ask of a node that runs on the same machine: " +
  "`fablepool open` serves it on loopback alone. Times are milliseconds since the epoch. Lists are paged: give `next` as `after`. " +
  "Members have the names that `fablepool … --json` gives them.";

function routeOf(each: Endpoint) {
  const status = each.status ?? 200;
  const media = "stream" in each && each.gives ? each.gives : "application/json";
  const body =
    "stream" in each
      ? each.takes && { content: { [each.takes]: { schema: filesSchema } }, required: true }
      : each.body && { content: { "application/json": { schema: each.body } }, required: true };
  return createRoute({
    method: each.method,
    path: each.path,
    summary: each.summary,
    tags: [each.tag],
    request: {
      ...(each.params ? { params: each.params } : {}),
      ...(each.query ? { query: each.query } : {}),
      ...(body ? { body } : {}),
    },
    responses: {
      [status]: { description: "As asked", content: { [media]: { schema: each.answer } } },
      default: { description: "Whatever is no success", content: { "application/json": { schema: problem } } },
    },
  });
}

const filesSchema = z.object({
  file: z.array(z.string().openapi({ format: "binary" })).openapi({ description: "Each with its path below what was chosen as filename" }),
});
