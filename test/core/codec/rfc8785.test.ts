/** The published vectors of RFC 8785, from outside the project: input, canonical text, and its bytes in hex. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { toHex, utf8 } from "../../../src/core/bytes.ts";
import { canonical } from "../../../src/core/codec/canonical.ts";
import { parseJson } from "../../../src/core/codec/parse.ts";

const folder = new URL("../../../../shared/vectors/rfc8785/", import.meta.url);
const skip = existsSync(folder)
  ? false
  : `the published vectors are not on this machine (${folder.pathname}); spec/vectors covers the same ground`;
const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

test("every published RFC 8785 vector gives the published bytes", { skip }, () => {
  const names = readdirSync(new URL("input/", folder));
  assert.equal(names.length, 6);
  for (const name of names) {
    const text = canonical(parseJson(read(`input/${name}`), { maxDepth: 36 }));
    assert.equal(text, read(`output/${name}`), name);
    assert.equal(toHex(utf8(text)), read(`outhex/${name.replace(".json", ".txt")}`).replaceAll(/\s/g, ""), name);
  }
});
