/** Part `memory`: the registry, and what importers are told to skip; payloads and views have files of their own. */
import { basePredicates } from "../../src/core/claim/predicates.ts";
import { jcs, sha256 } from "./hashing.ts";
import { judgedVectors } from "./memory-judged.ts";
import { payloadVectors } from "./memory-payloads.ts";
import { topicVectors } from "./memory-topics.ts";
import { invalid, type Vector, valid } from "./vector.ts";

const salt = sha256("fablepool salt: memory/suppress").slice(0, 32);

function suppress(name: string, comment: string, adapter: string, account: string | null, externalId: string): Vector {
  const about = { path: `memory/suppress-${name}`, rule: "MEM-22", comment, kind: "suppress" };
  const hash = sha256(Buffer.from(salt, "hex"), jcs([adapter, account, externalId]));
  const source = account === null ? { adapter, version: "1" } : { adapter, version: "1", account };
  return valid(about, { salt, evidence: { source, external_id: externalId } }, { suppress: hash });
}

const others: readonly Vector[] = [
  valid(
    {
      path: "memory/registry",
      rule: "MEM-4",
      comment: "The hash of spec/predicates.json's canonical bytes, as hello states it.",
      kind: "registry",
    },
    {},
    { registry: `sha256:${sha256(jcs(basePredicates))}` },
  ),
  suppress("account", "An item of an account.", "icalendar", "ada@example.org", "event-17"),
  suppress("no-account", "Without an account null stands in its place.", "notes", null, "diary.md"),
  invalid(
    {
      path: "memory/suppress-other-salt",
      rule: "MEM-22",
      comment: "Under another redaction's salt the hash says nothing of the item.",
      kind: "suppress",
    },
    { salt: sha256("another").slice(0, 32), evidence: { source: { adapter: "notes", version: "1" }, external_id: "diary.md" } },
    { suppress_is_not: sha256(Buffer.from(salt, "hex"), jcs(["notes", null, "diary.md"])) },
  ),
];

export const memoryVectors: readonly Vector[] = [...payloadVectors, ...judgedVectors, ...topicVectors, ...others];
