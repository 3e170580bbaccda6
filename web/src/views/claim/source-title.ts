import type { WhyNode } from "../../api/contract.ts";

/** What a step is about, without the word for its kind that stands beside it as a picture. */
export function sourceTitle({ kind, sentence }: Pick<WhyNode, "kind" | "sentence">): string {
  const prefix = `${kind}: `;
  return kind !== "" && sentence.startsWith(prefix) ? sentence.slice(prefix.length) : sentence;
}
