/** What a change does to claims, as the contract has it. */
import { stands } from "../../core/claim/status.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Moved } from "../../node/index.ts";
import { sentenceOf } from "./claim-answers.ts";
import type { Cascade, Change } from "./contract.ts";
import type { Session } from "./session.ts";

const shownMax = 500;

/** `judged`: what the change is about; the rest follows from it. */
export async function cascadeAnswer(session: Session, moved: readonly Moved[], judged: ReadonlySet<OpId>): Promise<Cascade> {
  const ordered = [...moved.filter(({ id }) => judged.has(id)), ...moved.filter(({ id }) => !judged.has(id))];
  const shown = ordered.slice(0, shownMax);
  const ops = await session.node.replica.store.read((reader) => reader.envelopes(shown.map(({ id }) => id)));
  const sentences = new Map(ops.map((op) => [op.op_id, sentenceOf(op.payload ?? {})]));
  const changes = shown.map(({ id, before, after }): Change => ({ id, sentence: sentences.get(id) ?? "(it is new)", before, after }));
  const others = moved.filter(({ id, before }) => !judged.has(id) && before !== null);
  return {
    changes,
    total: moved.length,
    falls: others.filter(({ before, after }) => before !== null && stands(before) && !stands(after)).length,
    rises: others.filter(({ before, after }) => before !== null && !stands(before) && stands(after)).length,
  };
}
