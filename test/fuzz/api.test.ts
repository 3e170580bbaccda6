/**
 * Requests that the contract of the inspector's API describes, whole and damaged, to every route of it but those that answer for ever, call others or
 * ask a person: none is a defect, and the page is answered afterwards.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openApiDocument } from "../../src/server/api/index.ts";
import { damaged } from "../../src/testkit/grammar.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { claims, evidence, runs } from "../node/replicas.ts";
import { inspecting } from "../server/api/inspecting.ts";
import { ruleOf, type Schema } from "./schema-rules.ts";

const seed = Number(process.env["FABLEPOOL_SEED"] ?? 20_261_127);
const inputs = runs(300);

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: "path" | "query"; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const left: Readonly<Record<string, string>> = {
  "/api/events": "it is answered for ever",
  "/api/pairings": "it listens on the network",
  "/api/sync": "it calls whom it is told to",
  "/api/imports/sample": "it takes in hundreds of files, each time",
};

const document = openApiDocument("0") as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
};
const routes = Object.entries(document.paths)
  .filter(([path]) => !Object.hasOwn(left, path))
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => ({ path, method: method.toUpperCase(), described })));

/** A JSON text as it stands in an address. */
function plain(text: string): string {
  const bare = text.startsWith('"') ? text.slice(1, -1) : text;
  return encodeURIComponent(bare.toWellFormed());
}

test(`${inputs} requests to ${routes.length} routes (FABLEPOOL_SEED=${seed})`, async (t) => {
  const known: string[] = [];
  const fill = async ({ write }: { write: (drafts: ReturnType<typeof claims>) => Promise<readonly string[]> }) => {
    known.push(...(await write([...claims(5), evidence("letter")])));
  };
  await inspecting("fuzz", { fill }, async ({ inspector, defects, ask }) => {
    const naming = { named: document.components.schemas, known: [...known, inspector.token] };
    const rules = routes.map(({ path, method, described }) => {
      const { parameters = [], requestBody } = described;
      const content = Object.entries(requestBody?.content ?? {})[0];
      const given = parameters.map((each) => ({ ...each, rule: ruleOf(each.schema, naming) }));
      return { path, method, given, type: content?.[0], body: content && ruleOf(content[1].schema, naming) };
    });
    const random = seededRandom(seed);
    const counted = new Map<number, number>();
    for (let count = 0; count < inputs; count++) {
      const { path, method, given, type, body } = random.pick(rules);
      const at = given.reduce(
        (text, { name, in: where, rule }) => (where === "path" ? text.replace(`{${name}}`, plain(rule(random))) : text),
        path,
      );
      const query = given.flatMap(({ name, in: where, rule }) =>
        where === "query" && random.once(2) ? [`${name}=${plain(rule(random))}`] : [],
      );
      const whole = body?.(random) ?? "";
      const sent = body !== undefined && random.once(3) ? damaged(random, whole, body(random)) : whole;
      const headers = type === undefined ? {} : { "content-type": type === "multipart/form-data" ? `${type}; boundary=x` : type };
      const what = `${method} ${at}?${query.join("&")} ${sent.slice(0, 500)}`;
      const { status } = await ask(query.length > 0 ? `${at}?${query.join("&")}` : at, {
        method,
        headers,
        ...(method === "GET" || method === "DELETE" ? {} : { body: sent.toWellFormed() }),
      });
      assert.ok(status < 500, `${status} for ${what}`);
      assert.deepEqual(defects, [], what);
      counted.set(status, (counted.get(status) ?? 0) + 1);
    }
    assert.equal((await ask("/api/status")).status, 200);
    t.diagnostic(`answered: ${[...counted].map(([status, count]) => `${count} by ${status}`).join(", ")}`);
  });
});
