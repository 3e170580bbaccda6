import assert from "node:assert/strict";
import { limits } from "../../src/core/limits.ts";
import type { Imported } from "./import-all.ts";

/** Goal: what the contract in importer.ts and the protocol ask of every draft and problem, whatever file they come from. */
export function assertRules({ drafts, problems }: Imported): void {
  for (const draft of drafts) {
    const json = JSON.stringify(draft);
    assert.deepEqual(JSON.parse(json), draft, "a draft survives JSON: no undefined, no NaN, no Date");
    assert.ok(Buffer.byteLength(json) <= limits.payloadBytes - 2_048, `${draft.external_id} has room for the other members of a payload`);
    assertText(draft, "draft");
    assert.match(draft.source.uri, /^[\w.~!*'()%/-]*(?:#line=\d+,\d+)?$/, "the uri is a relative reference");
    assert.match(draft.source.sha256, /^[0-9a-f]{64}$/);
    assert.ok(draft.external_id.length > 0 && draft.kind.length > 0 && draft.source.version.length > 0);
    if (draft.observed_at !== undefined) assert.ok(Number.isSafeInteger(draft.observed_at), "observed_at is a whole number of ms");
  }
  for (const { position, reason } of problems) {
    assert.match(position, /^(?:(?:line|entry|byte) \d+|)$/);
    assert.match(reason, /^[^\r\n]+$/, "a problem is exactly one line");
  }
  const names = drafts.map((draft) => JSON.stringify([draft.source.account, draft.external_id]));
  assert.equal(new Set(names).size, names.length, "every draft of a file has a name of its own");
}

function assertText(value: unknown, where: string): void {
  if (typeof value === "string") {
    assert.ok(value.isWellFormed(), `${where} has no lone surrogate`);
    assert.equal(value, value.normalize("NFC"), `${where} is NFC`);
    assert.ok(!value.includes("\0"), `${where} has no NUL`);
  } else if (typeof value === "number") assert.ok(Number.isFinite(value), `${where} is finite`);
  else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      assertText(name, `a name in ${where}`);
      assertText(member, `${where}.${name}`);
    }
  }
}
