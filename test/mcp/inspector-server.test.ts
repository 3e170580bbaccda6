/** `/mcp` on the inspector's server: there while a device is open, for its assistants, and closed with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mcpEndpoint, mcpPath } from "../../src/mcp/index.ts";
import { startInspector } from "../../src/server/api/index.ts";
import { house } from "../node/assistants/house.ts";
import { call, overHttp } from "./clients.ts";

test("the inspector's server answers assistants by their tokens, not by its own", async (context) => {
  const at = await house(context, new Date().toISOString()); // the inspector opens the home with a clock of its own
  await at.state("place.home", "Lyon");
  const { token } = await at.assistant("helper", ["place.*"]);
  const defects: unknown[] = [];
  const ask = async () => null;
  const inspector = await startInspector({
    ...{ home: at.node.home, version: "1", ask, port: 0, pageFolder: null, sampleFolder: null, live: false },
    beside: ({ node, admissions }) => {
      const mcp = mcpEndpoint({ node, ask, news: admissions, report: (error) => defects.push(error) });
      return [{ path: mcpPath, answer: (request) => mcp.answer(request), close: () => mcp.close() }];
    },
    onDefect: (error) => defects.push(error),
  });
  context.after(() => inspector.close());
  const url = new URL(`${inspector.url}${mcpPath}`);
  const found = await call(await overHttp(context, url, token), "about");
  assert.equal(found.data["total"], 1);
  await assert.rejects(overHttp(context, url, inspector.token), /added, by their token/);
  const foreign = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}`, origin: "https://evil.example" } });
  assert.equal(foreign.status, 403);
  assert.deepEqual(defects, []);
});
