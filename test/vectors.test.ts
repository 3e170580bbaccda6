/** Every golden vector under `spec/vectors`, against this implementation; and that the files are what their generator makes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { allFiles } from "../scripts/vectors/all.ts";
import { limits } from "../src/core/limits.ts";
import { loadVectors, type Vector } from "../src/testkit/load-vectors.ts";
import { admissionRunners } from "./vectors/admission.ts";
import { credentialRunners } from "./vectors/credential.ts";
import { delegationRunners } from "./vectors/delegation.ts";
import { deviceRunners } from "./vectors/devices.ts";
import { encodingRunners } from "./vectors/encoding.ts";
import { hostingRunners } from "./vectors/hosting.ts";
import { memoryRunners } from "./vectors/memory.ts";
import { operationRunners } from "./vectors/operation.ts";
import { pairingRunners } from "./vectors/pairing.ts";
import { recoveryRunners } from "./vectors/recovery.ts";
import { object, type Run, text } from "./vectors/runner.ts";
import { syncRunners } from "./vectors/sync.ts";
import { transportRunners } from "./vectors/transport.ts";

/** By part, then by kind. A file without a runner is an error. */
const runners: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
  encoding: encodingRunners,
  operation: operationRunners,
  admission: admissionRunners,
  devices: deviceRunners,
  memory: memoryRunners,
  sync: syncRunners,
  transport: transportRunners,
  credential: credentialRunners,
  delegation: delegationRunners,
  recovery: recoveryRunners,
  pairing: pairingRunners,
  hosting: hostingRunners,
};

const spec = new URL("../spec/", import.meta.url);
const vectors = loadVectors();

for (const [part, kinds] of Object.entries(Object.groupBy(vectors, (vector) => vector.part))) {
  suite(`vectors of ${part}`, () => {
    for (const vector of kinds ?? []) {
      test(`${vector.name} (${vector.spec}): ${vector.comment}`, async () => {
        const run = runners[part]?.[vector.kind];
        assert.ok(run, `nothing runs ${part}/${vector.kind}`);
        await run(vector);
      });
    }
  });
}

test("the generator makes exactly these files, byte for byte", () => {
  const files = allFiles();
  assert.deepEqual(
    vectors.map(({ part, name }) => `vectors/${part}/${name}.json`).sort(),
    [...files.keys()].filter((path) => path.startsWith("vectors/")).sort(),
  );
  for (const [path, text] of files) assert.equal(readFileSync(new URL(path, spec), "utf8"), text, `${path}: run \`npm run vectors\``);
});

test("every part has vectors, and at least as many invalid as valid ones", () => {
  for (const part of Object.keys(runners)) {
    const valid = vectors.filter((vector) => vector.part === part && vector.valid).length;
    const invalid = vectors.filter((vector) => vector.part === part && !vector.valid).length;
    assert.ok(valid > 0 && invalid >= valid, `${part}: ${valid} valid, ${invalid} invalid`);
  }
});

test("every vector cites a rule that its page has", () => {
  const pages = new Map<string, string>();
  for (const { spec: cited, part, name } of vectors) {
    const [page = "", rule = ""] = cited.split(" ");
    if (!pages.has(page)) pages.set(page, readFileSync(new URL(`${page}.md`, spec), "utf8"));
    assert.ok(pages.get(page)?.includes(`**${rule}**`), `${part}/${name} cites ${cited}`);
  }
});

test("spec/limits.md has every limit of the code, with its number", () => {
  const rows = readFileSync(new URL("limits.md", spec), "utf8").matchAll(/^\| `(\w+)` \| (\d+) \| (?:protocol|here) \| \S/gm);
  assert.deepEqual(Object.fromEntries([...rows].map(([, name, number]) => [name, Number(number)])), limits);
});

test("spec/errors.md has every code of the code, and no other", () => {
  const code = readFileSync(new URL("../src/core/errors.ts", import.meta.url), "utf8");
  const page = readFileSync(new URL("errors.md", spec), "utf8");
  const union = code.slice(code.indexOf("export type ErrorCode"), code.indexOf("export class"));
  const [wire = "", , own = "", credential = ""] = page.split(/^## /m).slice(1);
  const codesOf = (text: string) => [...text.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(
    [...codesOf(wire), ...codesOf(own)],
    [...union.matchAll(/^ {2}\| "([a-z_]+)"/gm)].map(([, name]) => name),
  );
  const verdicts = code.slice(code.indexOf("export type CredentialCode"));
  assert.deepEqual(
    codesOf(credential),
    [...verdicts.matchAll(/^ {2}\| "([a-z_]+)"/gm)].map(([, name]) => name),
  );
});

test("the worked examples in the pages are the vectors they name", () => {
  const examples = [
    ["01-operation.md", "operation/genesis", (vector: Vector) => Object.values(object(vector.input, "envelope"))],
    ["06-transport.md", "transport/request-signed", signedLines],
    ["06-transport.md", "transport/reply-signed", (vector: Vector) => signedLines(vector).slice(0, -1)],
  ] as const;
  for (const [page, path, partsOf] of examples) {
    const vector = vectors.find(({ part, name }) => `${part}/${name}` === path);
    assert.ok(vector, path);
    const text = readFileSync(new URL(page, spec), "utf8").replaceAll("\n", "");
    const parts = partsOf(vector).filter((each) => typeof each === "string" && /^(op|sha256|did|"|[0-9a-f]{32}$)/.test(each));
    assert.ok(parts.length >= 4);
    for (const each of parts) assert.ok(text.includes(String(each)), `${page} has ${each} of ${path}`);
  }
});

function signedLines({ expect }: Vector): string[] {
  return text(expect, "base").split("\n");
}
