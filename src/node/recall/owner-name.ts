/** The owner's name in a question: who asks of Ada, and is Ada, asks of themselves. */
import { topicKey } from "../../core/claim/statement.ts";
import type { Crypto } from "../../core/ports.ts";
import type { ViewFacts } from "../view/facts.ts";
import type { Recall } from "./recalled.ts";
import { shownOf } from "./visible.ts";

/** What the owner is called, by active claims that the asker may read. */
export async function ownerNames(facts: ViewFacts, { sha256Hex }: Crypto, { mayRead, now }: Recall): Promise<string[]> {
  const topics = ["person.name", "person.nickname"].map((predicate) => topicKey(sha256Hex, "self", predicate));
  const active = (await facts.reader.claimsOfTopics(topics)).filter(({ status }) => status === "active");
  const ids = active.map(({ id }) => id);
  const ops = mayRead === "all" ? await facts.reader.envelopes(ids) : await shownOf(facts, ids, mayRead, now);
  const names = ops.map(({ payload }) => payload?.["object"]);
  return names.filter((name): name is string => typeof name === "string" && name.trim() !== "");
}

/** The question without these names, unless it is nothing but one. */
export function withoutNames(question: string, names: readonly string[]): string {
  const without = names.reduce((text, name) => {
    const words = name
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${words.join("\\s+")}(?:['’]s)?(?![\\p{L}\\p{N}])`, "giu"), " ");
  }, question);
  return without.trim() === "" ? question : without;
}
