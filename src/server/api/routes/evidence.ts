/** What the sources said: search, the timeline, evidence, and why a claim is believed. */
import { z } from "@hono/zod-openapi";
import { origins } from "../../../core/claim/payload-form.ts";
import { sensitivities } from "../../../core/claim/sensitivity.ts";
import { PoolError } from "../../../core/errors.ts";
import type { OpId } from "../../../core/op/operation.ts";
import { evidencePage, evidenceStanding, namesOf, oneLine, search, showOperation } from "../../../node/index.ts";
import { lineAnswer } from "../claim-answers.ts";
import {
  type Evidence,
  evidence,
  evidenceQuery,
  opId,
  searchQuery,
  search as searchSchema,
  timeline,
  timelineQuery,
  type WholeEvidence,
  wholeEvidence,
  why,
} from "../contract.ts";
import { notOurs } from "../cursor.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { evidenceAnswer, quoteOf } from "../evidence-answers.ts";
import type { Session } from "../session.ts";
import { timelineAnswer } from "../timeline-answer.ts";
import { whyAnswer } from "../whole-claim.ts";

const tag = "Evidence";
const idParams = z.object({ id: opId });

export const evidenceEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/claims/{id}/why",
    summary: "Where a claim comes from, down to what the sources said and where",
    tag,
    params: idParams,
    answer: why,
    handle: ({ params }, session) => whyAnswer(session, params.id as OpId),
  }),
  endpoint({
    method: "get",
    path: "/api/search",
    summary: "Find claims and evidence by a question or by words; without any, the latest",
    tag,
    query: searchQuery,
    answer: searchSchema,
    async handle({ query }, session) {
      const { q, limit, type, kind, predicate, person, place, from, to } = query;
      const { node } = session.opened;
      const found = await search(node.replica, {
        text: q,
        now: node.writer.clock(),
        limit,
        ...(type === undefined ? {} : { types: [type] }),
        ...(kind === undefined ? {} : { kinds: [kind] }),
        ...(predicate === undefined ? {} : { predicate }),
        ...(person === undefined ? {} : { person }),
        ...(place === undefined ? {} : { place }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { until: to }),
      });
      const items = found.map((each) => ({
        ...each,
        kind: oneLine(each.kind, 100),
        title: oneLine(each.title, 200),
        snippet: oneLine(each.snippet, 400),
      }));
      return { items, next: null, total: null };
    },
  }),
  endpoint({
    method: "get",
    path: "/api/timeline",
    summary: "How much there is of what at which time",
    tag,
    query: timelineQuery,
    answer: timeline,
    async handle({ query }, session) {
      return timelineAnswer(await session.opened.times.read(), query);
    },
  }),
  endpoint({
    method: "get",
    path: "/api/evidence",
    summary: "Items of evidence, the latest first, within a time",
    tag,
    query: evidenceQuery,
    answer: evidence,
    handle: ({ query }, session) => listed(query, session),
  }),
  endpoint({
    method: "get",
    path: "/api/evidence/{id}",
    summary: "One item whole: what it literally says, where, and what rests on it",
    tag,
    params: idParams,
    answer: wholeEvidence,
    handle: ({ params }, session) => whole(session, params.id as OpId),
  }),
];

/** A page ended at a time, after so many items of that same time. */
async function listed({ from, to, source, limit, after }: z.output<typeof evidenceQuery>, session: Session): Promise<Evidence> {
  const [, at, skip] = after === undefined ? [] : (/^(-?\d{1,16})-(\d{1,6})$/.exec(after) ?? [null, null, null]);
  if (at === null) throw notOurs();
  const place = at === undefined ? undefined : { at: Number(at), skip: Number(skip) };
  const { items, next } = await evidencePage(session.node.replica, { from, until: to, kind: source, after: place, limit });
  const cursor = next && `${next.at}-${next.skip}`;
  return { items: items.map(({ op, status }) => evidenceAnswer(op, status)), next: cursor, total: null };
}

async function whole(session: Session, id: OpId): Promise<WholeEvidence> {
  const { replica } = session.node;
  const seen = await showOperation(replica, id);
  if (seen.op.type !== "evidence") throw new PoolError("not_found", `${id} is a ${seen.op.type}, and no item of evidence`);
  return replica.store.read(async (reader) => {
    const { status, newest } = await evidenceStanding(replica, reader, seen.op);
    const names = await namesOf(reader);
    const payload = seen.op.payload ?? {};
    const resting = seen.pointedAtBy.filter(({ kind }) => kind === "derives").map(({ from }) => from);
    return {
      ...evidenceAnswer(seen.op, status),
      ts: seen.op.ts,
      author: { key: seen.op.author, name: oneLine(names.get(seen.op.author) ?? "", 60) },
      origin: origins.find((each) => each === payload["origin"]) ?? null,
      observed_at: typeof payload["observed_at"] === "number" ? payload["observed_at"] : null,
      sensitivity: sensitivities.find((each) => each === payload["sensitivity"]) ?? null,
      newest,
      quote: quoteOf(payload),
      content: payload["content"] ?? null,
      supports: (await reader.envelopes(resting.slice(0, 100))).map(lineAnswer),
      supports_total: resting.length,
    };
  });
}
