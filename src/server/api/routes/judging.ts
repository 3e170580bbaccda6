/** The owner's word on claims: what it would do, doing it, and forgetting. */
import { z } from "@hono/zod-openapi";
import { PoolError } from "../../../core/errors.ts";
import type { Envelope, OpId } from "../../../core/op/operation.ts";
import type { Json } from "../../../core/ports.ts";
import { confirm, correct, foresee, forget, type Node, noteMoves, planForgetting, refute, undo } from "../../../node/index.ts";
import { cascadeAnswer } from "../cascade-answer.ts";
import { claimsAnswer, lineAnswer } from "../claim-answers.ts";
import {
  forgettingPlan,
  forgettingPlanned,
  forgettingRequest,
  forgotten,
  type Impact,
  impact,
  impactQuery,
  type Judged,
  judged,
  judgementRequest,
  opId,
} from "../contract.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Session } from "../session.ts";

const tag = "Judging";

export const judgingEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/claims/{id}/impact",
    summary: "What a judgement would do to other claims, before it is made",
    tag,
    params: z.object({ id: opId }),
    query: impactQuery,
    answer: impact,
    handle: ({ params, query }, session) => impactOf(session, params.id as OpId, query.judgement),
  }),
  endpoint({
    method: "post",
    path: "/api/judgements",
    summary: "Confirm, refute or correct claims, or take a judgement back; answers what changed",
    tag,
    body: judgementRequest,
    answer: judged,
    handle: ({ body }, session) => judge(session, body),
  }),
  endpoint({
    method: "post",
    path: "/api/forgettings/plan",
    summary: "What forgetting would erase, and what would fall with it",
    tag,
    body: forgettingPlan,
    answer: forgettingPlanned,
    async handle({ body: { targets, only } }, session) {
      const { items, quoting, all, plan } = await planOf(session.node, targets as OpId[], only);
      const moved = await foresee(session.node, (node) => forget(node, all));
      return {
        plan,
        items: items.slice(0, shownMax).map(lineAnswer),
        quoting: quoting.slice(0, shownMax).map(lineAnswer),
        items_total: items.length,
        quoting_total: quoting.length,
        cascade: await cascadeAnswer(session, moved, new Set(all.map(({ op_id }) => op_id))),
      };
    },
  }),
  endpoint({
    method: "post",
    path: "/api/forgettings",
    summary: "Erase for ever, on every device, what a plan showed",
    tag,
    body: forgettingRequest,
    answer: forgotten,
    async handle({ body: { targets, only, plan } }, session) {
      const now = await planOf(session.node, targets as OpId[], only);
      if (now.plan !== plan) {
        throw new PoolError("stale", "what would be erased is no longer what the plan showed", { hint: "Ask for the plan again." });
      }
      const redactions = await forget(session.node, now.all);
      return { forgotten: now.all.map(({ op_id }) => op_id), redactions };
    },
  }),
];

const shownMax = 500;

async function planOf(node: Node, targets: readonly OpId[], only: boolean) {
  const known = await node.replica.store.read((reader) => reader.known(targets));
  const missing = targets.find((id) => !known.has(id));
  if (missing !== undefined) throw new PoolError("not_found", `${missing} is not in this log`);
  const planned = await planForgetting(node.replica, targets);
  const quoting: readonly Envelope[] = only ? [] : planned.quoting;
  const all = [...planned.items, ...quoting];
  if (all.length === 0) throw new PoolError("not_found", "there are no words left to forget in that");
  const ids = all.map(({ op_id }) => op_id).sort();
  return { items: planned.items, quoting, all, plan: node.replica.crypto.sha256Hex(new TextEncoder().encode(ids.join(" "))) };
}

/** What a correction would say is not known yet: something that nothing else says. */
const unsaid = "\u{f8ff} something else";

async function impactOf(session: Session, id: OpId, judgement: Impact["judgement"]): Promise<Impact> {
  const { node } = session;
  let erases = 0;
  const works: Record<Impact["judgement"], (on: Node) => Promise<unknown>> = {
    confirm: (on) => confirm(on, [id]),
    refute: (on) => refute(on, [id]),
    correct: (on) => correct(on, id, { object: unsaid }),
    undo: (on) => takeBack(on, id),
    forget: async (on) => {
      const { all } = await planOf(node, [id], false);
      erases = all.length;
      return forget(on, all);
    },
  };
  const moved = await foresee(node, works[judgement]);
  const known = judgement === "correct" ? moved.filter(({ before }) => before !== null) : moved;
  return { judgement, erases, ...(await cascadeAnswer(session, known, new Set([id]))) };
}

async function judge(session: Session, asked: z.output<typeof judgementRequest>): Promise<Judged> {
  const { kind } = asked;
  const targets = (kind === "confirm" || kind === "refute" ? asked.targets : [asked.target]) as OpId[];
  const { result, moved } = await noteMoves(session.node, async (node): Promise<{ op: OpId; undone: readonly OpId[] }> => {
    if (kind === "confirm") return { op: await confirm(node, targets, asked.reason), undone: [] };
    if (kind === "refute") return { op: await refute(node, targets, asked.reason), undone: [] };
    if (kind === "undo") return takeBack(node, targets[0] as OpId);
    const { object, predicate, subject, valid_from: from, valid_until: until, sensitivity, reason } = asked;
    const said = { predicate, subject, from, until, sensitivity, reason };
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    return { op: await correct(node, targets[0] as OpId, { object: (object ?? null) as Json, ...given }), undone: [] };
  });
  session.opened.book.forget();
  const { op, undone } = result;
  const [claim = null] = kind === "correct" ? await claimsAnswer(session, [op]) : [];
  return { kind, op, targets, undone: [...undone], claim, ...(await cascadeAnswer(session, moved, new Set(targets))) };
}

/** A correction is a claim: it is taken back by refuting it. */
async function takeBack(node: Node, id: OpId): Promise<{ op: OpId; undone: readonly OpId[] }> {
  const [op] = await node.replica.store.read((reader) => reader.envelopes([id]));
  const [row] = await node.replica.store.read((reader) => reader.claims([id]));
  if (op?.payload?.["corrects"] !== undefined && row !== undefined && row.status !== "refuted") {
    return { op: await refute(node, [id]), undone: [id] };
  }
  const { undone, by } = await undo(node, id);
  return { op: by, undone };
}
