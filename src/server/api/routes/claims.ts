/** What is believed: topics, lists of claims, one claim, what wants a decision. */

import { z } from "@hono/zod-openapi";
import { basePredicates } from "../../../core/claim/predicates.ts";
import type { ClaimStatus } from "../../../core/claim/status.ts";
import { PoolError } from "../../../core/errors.ts";
import type { OpId } from "../../../core/op/operation.ts";
import type { Json } from "../../../core/ports.ts";
import {
  attention,
  ClaimBook,
  claimPage,
  namesOf,
  predicateTitle,
  type Replica,
  search,
  stateClaim,
  topicIdOf,
  topicsOf,
} from "../../../node/index.ts";
import { claimAnswer, claimsAnswer, lineAnswer } from "../claim-answers.ts";
import {
  type AttentionReason,
  attention as attentionSchema,
  type Claim,
  type Claims,
  claim,
  claims,
  claimsQuery,
  newClaim,
  opId,
  pageQuery,
  predicates,
  topics,
  wholeClaim,
} from "../contract.ts";
import { cursorOf, offsetOf, placeOf } from "../cursor.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Session } from "../session.ts";
import { wholeClaimAnswer } from "../whole-claim.ts";

const tag = "Claims";
const idParams = z.object({ id: opId });

export const claimEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/topics",
    summary: "Topics that have claims, and how many of which status",
    tag,
    answer: topics,
    async handle(_, session) {
      const { node, book } = session.opened;
      const items = topicsOf(await node.replica.store.read((reader) => book.counts(reader)));
      return { items: items.map((topic) => ({ ...topic, predicates: [...topic.predicates] })) };
    },
  }),
  endpoint({
    method: "get",
    path: "/api/predicates",
    summary: "The predicates that this version knows",
    tag,
    answer: predicates,
    async handle() {
      const items = Object.entries(basePredicates).map(([predicate, { cardinality, sensitivity, template }]) => ({
        predicate,
        topic: topicIdOf(predicate),
        title: predicateTitle(predicate),
        cardinality,
        sensitivity,
        template,
      }));
      return { items };
    },
  }),
  endpoint({
    method: "get",
    path: "/api/claims",
    summary: "Claims as sentences, filtered, a page at a time",
    tag,
    query: claimsQuery,
    answer: claims,
    handle: ({ query }, session) => (query.q === undefined || query.q.trim() === "" ? listed(query, session) : found(query, session)),
  }),
  endpoint({
    method: "post",
    path: "/api/claims",
    summary: "State something yourself",
    tag,
    body: newClaim,
    answer: claim,
    status: 201,
    async handle({ body }, session) {
      const { derived_from, valid_from: from, valid_until: until, object, ...rest } = body;
      const id = await stateClaim(session.node, {
        ...defined(rest),
        subject: rest.subject,
        predicate: rest.predicate,
        object: (object ?? null) as Json,
        ...defined({ from, until }),
        ...(derived_from === undefined ? {} : { derivedFrom: derived_from as OpId[] }),
      });
      return (await claimsAnswer(session, [id]))[0] as Claim;
    },
  }),
  endpoint({
    method: "get",
    path: "/api/attention",
    summary: "The few claims that want a decision, each with the reason in words",
    tag,
    query: pageQuery,
    answer: attentionSchema,
    async handle({ query: { limit, after } }, session) {
      const { node, book } = session.opened;
      const all = await attention(node.replica, book);
      const names = await node.replica.store.read(namesOf);
      const from = offsetOf(after);
      const items = all.slice(from, from + limit).map(({ reason, claim: listedClaim, against }) => ({
        reason,
        words: reasonWords[reason],
        claim: claimAnswer(listedClaim, names),
        against: against && lineAnswer(against),
      }));
      return { items, next: from + limit < all.length ? String(from + limit) : null, total: all.length };
    },
  }),
  endpoint({
    method: "get",
    path: "/api/claims/{id}",
    summary: "One claim whole: its judgements, what it lost to, what says the same",
    tag,
    params: idParams,
    answer: wholeClaim,
    handle: ({ params }, session) => wholeClaimAnswer(session, params.id as OpId),
  }),
];

const reasonWords: Readonly<Record<AttentionReason, string>> = {
  proposed: "An assistant proposed it: it counts once you confirm it.",
  conflict: "It disagrees with another claim that stands instead.",
  low_trust: "It rests on what others or assistants wrote, and on nothing of your own.",
  low_confidence: "It is as likely wrong as right.",
};

type Query = z.output<typeof claimsQuery>;

const standing: readonly ClaimStatus[] = ["active", "superseded"];

async function listed(query: Query, session: Session): Promise<Claims> {
  const { node, book } = session.opened;
  if (query.as_of !== undefined) return session.opened.asOf(query.as_of, (past) => pageOf(query, past, new ClaimBook(past)));
  return pageOf(query, node.replica, book);
}

async function pageOf(query: Query, replica: Replica, book: ClaimBook): Promise<Claims> {
  const prefixes = [query.topic, query.predicate].flatMap((prefix) => prefix ?? []);
  const page = await claimPage(replica, book, {
    statuses: query.status ?? standing,
    ...(prefixes.length > 0 ? { predicates: prefixes } : {}),
    subject: query.subject?.normalize("NFC"),
    minConfidence: query.min_confidence,
    trusts: query.trust,
    adapter: query.source,
    oldestFirst: query.sort === "oldest",
    after: placeOf(query.after),
    limit: query.limit,
  });
  const names = await replica.store.read(namesOf);
  return { items: page.claims.map((each) => claimAnswer(each, names)), next: cursorOf(page.next), total: page.total };
}

/** What is found is ranked, and nobody looks at more than this of it. */
const foundMax = 300;

async function found(query: Query, session: Session): Promise<Claims> {
  if (query.as_of !== undefined) throw new PoolError("usage", "q and as_of do not go together: what was is not searched");
  const { node } = session.opened;
  const from = offsetOf(query.after);
  const within = [query.topic, query.predicate].flatMap((prefix) => prefix ?? []).sort((left, right) => right.length - left.length);
  const looksInside = [query.subject, query.min_confidence, query.trust, query.source].some((filter) => filter !== undefined);
  const wanted = looksInside || within.length > 1 ? foundMax : Math.min(foundMax, from + query.limit + 1);
  const hits = await search(node.replica, {
    text: query.q ?? "",
    types: ["claim"],
    now: node.writer.clock(),
    statuses: query.status ?? standing,
    limit: wanted,
    ...(within[0] === undefined ? {} : { predicate: within[0] }),
  });
  const all = hits.filter(({ kind }) => within.every((prefix) => kind === prefix || kind.startsWith(`${prefix}.`)));
  const items: Claim[] = [];
  let at = from;
  for (; at < all.length && items.length < query.limit; at += query.limit) {
    const part = await claimsAnswer(
      session,
      all.slice(at, at + query.limit).map(({ id }) => id),
    );
    items.push(...part.filter((each) => fits(each, query)));
  }
  return { items, next: at < all.length ? String(at) : null, total: at >= all.length && from === 0 ? items.length : null };
}

function fits(each: Claim, { subject, min_confidence = 0, trust, source }: Query): boolean {
  if (subject !== undefined && each.subject !== subject) return false;
  if (min_confidence > 0 && (each.confidence ?? 0) < min_confidence) return false;
  if (trust !== undefined && (each.trust === null || !trust.includes(each.trust))) return false;
  return source === undefined || each.sources.some(({ adapter }) => adapter === source);
}

/** Without the members that are undefined. */
function defined<Value extends object>(value: Value): { [Name in keyof Value]?: Exclude<Value[Name], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
