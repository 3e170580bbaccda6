/** Records of about 300 bytes of JSON, as an item of evidence each: what most of a person's memory is. */
import { hash } from "node:crypto";
import type { Draft } from "../../src/core/op/create.ts";

export function evidenceDraft(index: number): Draft {
  const digits = hash("sha256", `bench:${index}`);
  const content = {
    subject: `person:${digits.slice(0, 12)}`,
    predicate: ["works_at", "lives_in", "knows", "born_in"][index % 4] as string,
    object: `entity:${digits.slice(12, 28)} no. ${index}`,
    confidence: Math.round((0.5 + (index % 50) / 100) * 100) / 100,
    derived_from: [`src:${digits.slice(28, 60)}`],
    rationale: `Read in note ${index}; agrees with two earlier notes by the same hand, none later.`,
    method: "extract/v1",
  };
  const source = { adapter: "bench", version: "1" };
  return { type: "evidence", payload: { source, origin: "import", external_id: String(index), kind: "note", content } };
}
