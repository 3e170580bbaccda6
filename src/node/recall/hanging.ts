/** What hangs together: claims that rest on the same evidence as a better answer, or tell of the same person or thing. */
import type { OpId } from "../../core/op/operation.ts";
import type { Lineage } from "../lineage.ts";

export interface Raised {
  readonly score: number;
  /** Null when nothing better hangs together with it. */
  readonly reason: string | null;
}

/** Of a better answer's score, what it is worth to rest on the same evidence, or to be of the same person or thing. */
const [evidenceShare, subjectShare] = [0.1, 0.05];
/** Better answers that are looked at. */
const betterMax = 3;

interface Ranked {
  readonly id: OpId;
  readonly score: number;
}

/** `ranked`: the best first. `sources`: whether the asker may be told what rests on the same evidence. */
export function raisedByOthers(lineage: Lineage, ranked: readonly Ranked[], sources: boolean): Raised[] {
  const better = ranked.slice(0, betterMax).map((each) => ({ ...each, ...hangingOf(lineage, each.id, sources) }));
  return ranked.map(({ id, score }, place) => {
    const own = hangingOf(lineage, id, sources);
    let raised: Raised = { score, reason: null };
    for (const other of better.slice(0, place)) {
      const rests = other.sources.some((source) => own.sources.includes(source));
      const isSame = other.subject !== "self" && other.subject === own.subject;
      const more = score + other.score * (rests ? evidenceShare : isSame ? subjectShare : 0);
      const reason = rests ? "rests on the same evidence as a better answer" : `tells more of ${own.subject}`;
      if (more > raised.score) raised = { score: more, reason };
    }
    return raised;
  });
}

function hangingOf(lineage: Lineage, id: OpId, sources: boolean): { readonly sources: readonly OpId[]; readonly subject: string } {
  const node = lineage.get(id);
  return { sources: sources ? (node?.sources ?? []) : [], subject: String(node?.op.payload?.["subject"] ?? "self") };
}
