/** One claim with all that speaks of it, and why it is believed, as the contract has them. */
import { PoolError } from "../../core/errors.ts";
import type { OpId } from "../../core/op/operation.ts";
import {
  evidenceSentence,
  listedClaims,
  namesOf,
  oneLine,
  opSentence,
  type Judgement as SeenJudgement,
  type Why as Told,
  timeOfEvidence,
  valueText,
  whyClaim,
  winnersOver,
} from "../../node/index.ts";
import { claimAnswer, lineAnswer, linesAnswer, sentenceOf, textOf } from "./claim-answers.ts";
import type { Judgement, WholeClaim, Why, WhyNode } from "./contract.ts";
import { geoOf, quoteOf, sourceOf } from "./evidence-answers.ts";
import type { Session } from "./session.ts";

/** Rejects with `not_found` for what is no claim here. */
export async function wholeClaimAnswer(session: Session, id: OpId): Promise<WholeClaim> {
  const { node, book } = session.opened;
  const { replica } = node;
  const { listed, names } = await replica.store.read(async (reader) => ({
    listed: (await listedClaims(reader, book, [id]))[0],
    names: await namesOf(reader),
  }));
  if (listed === undefined) throw new PoolError("not_found", `there is no claim ${id}`);
  const { judgements, alsoSaidBy } = await whyClaim(replica, id, { steps: 0 });
  const payload = listed.row.statement === "" ? {} : (listed.op.payload ?? {});
  return replica.store.read(async (reader) => {
    const rivals = listed.face.conflict ? await reader.claimsOfTopics([listed.row.topic]) : [];
    const lost = rivals.filter(({ status }) => status === "superseded");
    const winners = await winnersOver(
      replica,
      reader,
      [listed, ...lost.map((row) => ({ row }))].filter(({ row }) => row.status === "superseded"),
    );
    const beaten = [...winners].filter(([, winner]) => winner.op_id === id).map(([loser]) => loser);
    const winner = winners.get(id);
    return {
      ...claimAnswer(listed, names),
      ...(payload["object"] === undefined ? {} : { object: payload["object"] }),
      clipped: false,
      derived_from: Array.isArray(payload["derived_from"]) ? (payload["derived_from"] as OpId[]) : [],
      seq: listed.op.seq,
      judgements: judgements.map((each) => judgementAnswer(each, names)),
      also_said_by: await linesAnswer(reader, alsoSaidBy.slice(0, 50)),
      lost_to: winner ? lineAnswer(winner) : null,
      won_over: await linesAnswer(reader, beaten.slice(0, 50)),
      supports: (await reader.refsTo([id], ["derives"])).length,
    };
  });
}

export async function whyAnswer(session: Session, id: OpId): Promise<Why> {
  const { replica } = session.node;
  const why = await whyClaim(replica, id);
  const names = await replica.store.read(namesOf);
  const nodes = new Map<OpId, WhyNode>();
  const edges = new Map<string, { from: OpId; to: OpId }>();
  let truncated = false;
  const open: { readonly told: Told; readonly depth: number }[] = [{ told: why, depth: 0 }];
  for (let each = open.shift(); each !== undefined; each = open.shift()) {
    const { told, depth } = each;
    // What is told again, higher up, is told there with all that is below it.
    if (!nodes.has(told.id) || !told.told) nodes.set(told.id, { ...nodeAnswer(told, names), depth: nodes.get(told.id)?.depth ?? depth });
    for (const source of told.because) {
      edges.set(`${told.id} ${source.id}`, { from: told.id, to: source.id });
      open.push({ told: source, depth: depth + 1 });
    }
  }
  truncated = nodes.size >= whyMax;
  return { claim: id, nodes: [...nodes.values()].sort((left, right) => left.depth - right.depth), edges: [...edges.values()], truncated };
}

/** As many as `whyClaim` tells. */
const whyMax = 500;

function nodeAnswer(
  { id, type, status, op, trust, sensitivity, judgements, alsoSaidBy }: Told,
  names: ReadonlyMap<string, string>,
): WhyNode {
  const payload = op?.payload ?? {};
  const isEvidence = type === "evidence";
  const sentence =
    op === null ? "(not here)" : type === "claim" ? sentenceOf(payload) : isEvidence ? evidenceSentence(op.payload) : opSentence(op);
  const method = payload["method"] as { readonly name?: unknown } | undefined;
  return {
    id,
    type: op === null ? "missing" : type,
    status,
    sentence,
    depth: 0,
    confidence: typeof payload["confidence"] === "number" ? payload["confidence"] : null,
    trust,
    sensitivity,
    author: op && { key: op.author, name: oneLine(names.get(op.author) ?? "", 60) },
    ts: op?.ts ?? null,
    rationale: oneLine(textOf(payload["rationale"]), 1_000),
    method: type === "claim" ? oneLine(valueText(method?.name as string | undefined), 60) : "",
    judgements: judgements.map((each) => judgementAnswer(each, names)),
    also_said_by: alsoSaidBy.slice(0, 50),
    kind: isEvidence ? oneLine(textOf(payload["kind"]), 60) : "",
    when: isEvidence && op?.payload ? timeOfEvidence(op.payload) : null,
    quote: isEvidence ? quoteOf(payload) : "",
    source: isEvidence ? sourceOf(payload) : null,
    geo: isEvidence ? geoOf(payload) : null,
  };
}

function judgementAnswer({ id, kind, author, ts, reason }: SeenJudgement, names: ReadonlyMap<string, string>): Judgement {
  return { id, kind, author: { key: author, name: oneLine(names.get(author) ?? "", 60) }, ts, reason: oneLine(reason, 2_000) };
}
