/** A file of lines takes its place when it is whole. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeLines } from "../../src/cli/write-lines.ts";
import { PoolError } from "../../src/core/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-lines-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "log.jsonl");

function write(lines: () => AsyncGenerator<string>, { force = false, signal = new AbortController().signal } = {}): Promise<number> {
  const output = { progress() {} } as unknown as Parameters<typeof writeLines>[2]["output"];
  return writeLines(lines(), file, { output, signal, force });
}

async function* three(): AsyncGenerator<string> {
  yield* ["a\n", "b\n", "c\n"];
}

async function* broken(): AsyncGenerator<string> {
  yield "d\n";
  throw new PoolError("storage", "the disk fails");
}

test("what breaks off leaves no file, or the one that was there; without force none is replaced", async () => {
  await assert.rejects(write(broken), { code: "storage" });
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await write(three), 3);
  await assert.rejects(write(three), { code: "usage" });
  await assert.rejects(write(broken, { force: true }), { code: "storage" });
  await assert.rejects(write(three, { force: true, signal: AbortSignal.abort() }), { code: "interrupted" });
  assert.equal(readFileSync(file, "utf8"), "a\nb\nc\n");
  assert.deepEqual(readdirSync(folder), ["log.jsonl"]);
});
