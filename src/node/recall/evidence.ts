/** The evidence that the owner is shown: what holds, the best first. */
import type { Envelope, OpId } from "../../core/op/operation.ts";
import { evidenceStatus } from "../queries.ts";
import { snippetOf } from "../search-snippet.ts";
import { evidenceTexts, titleOf } from "../search-text.ts";
import type { ViewFacts } from "../view/facts.ts";
import type { FoundAll } from "./found.ts";
import { reasonsOf } from "./reasons.ts";
import type { RecalledEvidence } from "./recalled.ts";

export async function evidenceOf(facts: ViewFacts, { question, evidence }: FoundAll, limit: number): Promise<RecalledEvidence[]> {
  const shown: RecalledEvidence[] = [];
  for (let from = 0; from < evidence.length && shown.length < limit; from += limit) {
    const page = evidence.slice(from, from + limit);
    const ids = page.map(({ row }) => row.id);
    const ops = new Map<OpId, Envelope>((await facts.reader.envelopes(ids)).map((op) => [op.op_id, op]));
    await facts.load(ids);
    for (const each of page) {
      const op = ops.get(each.row.id);
      if (op?.payload === undefined || shown.length >= limit || (await evidenceStatus(facts, op)) !== "holds") continue;
      const { title, people, place, text } = evidenceTexts(op.payload);
      const said = [text, title, place, people].map((part) => part.trim()).find((part) => part !== "") ?? "";
      shown.push({
        id: op.op_id,
        kind: String(op.payload["kind"]),
        title: titleOf(title, said),
        snippet: snippetOf(said, question.words),
        when: each.row.at,
        score: Math.round(each.score * 1_000) / 1_000,
        reasons: reasonsOf(question, each),
      });
    }
  }
  return shown;
}
