/** What a claim would take the place of once it counts: of a predicate with one value at a time, the other value (section 6, step 6). */
import { statementKey, topicKey } from "../core/claim/statement.ts";
import { type OwnProposal, type ReadableClaim, sliceAmong } from "../node/index.ts";
import type { Service } from "./service.ts";

/** Of the claims that the assistant may read, those that would fall; validity is left aside, so that one too many is told and none too few. */
export function wouldReplace(service: Service, claims: readonly OwnProposal[]): Promise<ReadableClaim[]> {
  const { sha256Hex } = service.node.replica.crypto;
  return service.read(async ({ facts, reader, permission }) => {
    const topics = new Map<string, Set<string>>();
    for (const { payload } of claims) {
      const [subject, predicate] = [String(payload["subject"]), String(payload["predicate"])];
      if ((await facts.predicate(predicate)).cardinality !== "one") continue;
      const topic = topicKey(sha256Hex, subject, predicate);
      const own = topics.get(topic) ?? new Set();
      topics.set(topic, own.add(statementKey(sha256Hex, payload as unknown as Parameters<typeof statementKey>[1])));
    }
    const rows = (await reader.claimsOfTopics([...topics.keys()])).filter(({ topic, statement, status }) => {
      return status === "active" && !topics.get(topic)?.has(statement);
    });
    return sliceAmong(
      facts,
      permission.selector,
      rows.map(({ id }) => id),
      service.now,
    );
  });
}
