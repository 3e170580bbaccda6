/** An item of evidence in a line, where its owner allowed an assistant to see any. */
import type { Envelope } from "../core/op/operation.ts";
import { evidenceTexts } from "../node/index.ts";
import { quotable } from "./quoted.ts";

export function evidenceText({ op_id: id, payload = {} }: Envelope): { readonly id: string; readonly kind: string; readonly text: string } {
  const { title, people, place, text } = evidenceTexts(payload);
  const said = [title, people, place, text].map((part) => part.trim()).filter((part) => part !== "");
  return { id, kind: quotable(String(payload["kind"]), 60), text: quotable(said.join(" · ")) };
}
