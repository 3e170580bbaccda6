/** The committed document is the one that the schemas give, is served, and is whole. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { documentText } from "../../../scripts/openapi-text.ts";
import { endpoints } from "../../../src/server/api/index.ts";
import { inspecting } from "./inspecting.ts";

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { readonly responses: object; readonly summary: string; readonly parameters?: object[] }>>;
  readonly components: { readonly schemas: Record<string, object> };
}

const document = JSON.parse(documentText()) as Document;
const page = readFileSync(join(import.meta.dirname, "../../../docs/api.md"), "utf8");

test("docs/openapi.json is current: `node scripts/make-openapi.ts` writes it", () => {
  const committed = readFileSync(join(import.meta.dirname, "../../../docs/openapi.json"), "utf8");
  assert.ok(committed === documentText(), "docs/openapi.json is of other schemas: run `node scripts/make-openapi.ts`");
});

test("it is OpenAPI 3.1, names every endpoint and parameter, and every reference in it leads somewhere", () => {
  assert.equal(document.openapi, "3.1.0");
  assert.equal(Object.values(document.paths).flatMap((each) => Object.keys(each)).length, endpoints.length);
  for (const [, name = ""] of documentText().matchAll(/"#\/components\/schemas\/(\w+)"/g))
    assert.ok(document.components.schemas[name], name);
  for (const [name, schema] of Object.entries(document.components.schemas))
    assert.ok(!JSON.stringify(schema).startsWith('{"type":["object","null"]'), name);
  for (const { method, path, query, params } of endpoints) {
    const described = document.paths[path]?.[method];
    assert.ok(described?.summary, path);
    const expected = Object.keys(query?.shape ?? {}).length + Object.keys(params?.shape ?? {}).length;
    assert.equal(described.parameters?.length ?? 0, expected, path);
  }
});

test("docs/api.md tells of every endpoint", () => {
  for (const { method, path } of endpoints) assert.ok(page.includes(`${method.toUpperCase()} ${path}`), `${method.toUpperCase()} ${path}`);
});

test("a node serves it", () =>
  inspecting("openapi", {}, async ({ ask }) => {
    const { status, json } = await ask("/api/openapi.json");
    assert.equal(status, 200);
    assert.deepEqual((json as Document).paths, document.paths);
  }));
