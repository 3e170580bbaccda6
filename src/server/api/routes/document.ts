/** The API about itself. */
import { z } from "@hono/zod-openapi";
import { type Endpoint, endpoint } from "../endpoint.ts";

export const documentEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/openapi.json",
    summary: "This API as OpenAPI 3.1",
    tag: "Home",
    answer: z.looseObject({}),
    async handle(_, session) {
      const { openApiDocument } = await import("../openapi.ts"); // it names all endpoints, this one too
      return { ...openApiDocument(session.options.version) };
    },
  }),
];
