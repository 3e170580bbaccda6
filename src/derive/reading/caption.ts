import type { SeenEvidence } from "../deriver.ts";
import { givesOrders } from "../text/own-words.ts";
import { textOf, textsOf } from "./fields.ts";

/** What a photo shows, in the words written into it; empty for what is no photo. */
export function captionOf({ kind, content }: SeenEvidence): string {
  if (kind !== "photo") return "";
  const caption = [textOf(content["title"]), textOf(content["description"]), ...textsOf(content["keywords"])].join(". ").slice(0, 2_000);
  return givesOrders(caption) ? "" : caption;
}
