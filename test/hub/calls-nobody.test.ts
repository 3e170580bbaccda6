/** A hub calls nobody: no address in a log makes it connect (ADR 13). Its database and its carrier of news are what its operator named. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const folder = join(import.meta.dirname, "..", "..", "src", "hub");
/** Whatever of this house asks another node, and what the platform has for it. */
const calls =
  /\b(?:openHttpTransport|openLiveTransport|openWire|syncWith|syncLive|followPeers|pullGrant|askChat)\b|from "(?:ws|node:https|node:tls)"|import \{[^}]*\brequest\b[^}]*\} from "node:http"|(?<![.#\w])fetch\((?!request\b)/;

test("nothing in the hub's room asks another node", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  assert.ok(files.length > 40);
  const found = files.filter((name) => calls.test(readFileSync(join(folder, name), "utf8")));
  assert.deepEqual(found, []);
  assert.match("await openHttpTransport({ url })", calls);
  assert.match("const reply = await fetch(url)", calls);
  assert.match('import { Agent, request } from "node:http";', calls);
});
