/** Who may see what, who did, and what they owe. */
import { z } from "@hono/zod-openapi";
import { PoolError } from "../../../core/errors.ts";
import type { OpId } from "../../../core/op/operation.ts";
import {
  grant,
  grantInvitationText,
  type LedgerEntry,
  ledgerEntry,
  needsAnEye,
  previewSlice,
  readAttempts,
  ledger as readLedger,
  readSettings,
  revoke,
  type Seen,
  selectorText,
  standingText,
  timeText,
  whoText,
} from "../../../node/index.ts";
import { linesAnswer, sentenceOf } from "../claim-answers.ts";
import {
  type GrantEntry,
  given,
  grantPreview,
  grantPreviewRequest,
  grants,
  grantsQuery,
  ledger,
  newGrant,
  opId,
  revocationRequest,
  revoked,
  type Selector,
  type Sensitivity,
  type ShownClaim,
  type WholeGrant,
  wholeGrant,
} from "../contract.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Session } from "../session.ts";

const tag = "Sharing";
const idParams = z.object({ id: opId });
const shownMax = 200;

export const sharingEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/grants",
    summary: "Grants, the newest first: those that are active, and with `all` those that are over",
    tag,
    query: grantsQuery,
    answer: grants,
    async handle({ query: { all } }, { node }) {
      const entries = await readLedger(node.replica, node.writer.clock());
      const shown = entries.filter(({ status }) => all === "true" || status === "active");
      return { items: shown.map(entryAnswer), hidden: entries.length - shown.length };
    },
  }),
  endpoint({
    method: "post",
    path: "/api/grants/preview",
    summary: "Exactly what a grant would show, before anything is signed",
    tag,
    body: grantPreviewRequest,
    answer: grantPreview,
    async handle({ body }, { node }) {
      const selector = selectorOf(body.selector);
      const seen = await previewSlice(node.replica, selector, node.writer.clock());
      const counts = Map.groupBy(seen, ({ sensitivity }) => sensitivity);
      const sensitivities = Object.fromEntries([...counts].map(([level, list]) => [level, list.length])) as Partial<
        Record<Sensitivity, number>
      >;
      return { items: seen.slice(0, shownMax).map(shownAnswer), total: seen.length, sentence: selectorText(selector), sensitivities };
    },
  }),
  endpoint({
    method: "post",
    path: "/api/grants",
    summary: "Let someone else read a slice of your claims",
    tag,
    body: newGrant,
    answer: given,
    status: 201,
    async handle({ body }, session) {
      const { node } = session;
      const { grantee, purpose, expires_at: expiresAt, refresh_ms: refreshMs, purge_ms: purgeMs, name } = body;
      const selector = selectorOf(body.selector);
      const id = await grant(node, { grantee, selector, purpose, expiresAt, refreshMs, purgeMs, name });
      const claims = (await previewSlice(node.replica, selector, node.writer.clock())).length;
      return { grant: id, grantee, expires_at: expiresAt, claims, invitation: invitationOf(session, id) };
    },
  }),
  endpoint({
    method: "get",
    path: "/api/grants/{id}",
    summary: "One grant, what it shows, and all that happened under it",
    tag,
    params: idParams,
    answer: wholeGrant,
    handle: ({ params }, session) => whole(session, params.id as OpId),
  }),
  endpoint({
    method: "post",
    path: "/api/grants/{id}/revocation",
    summary: "End a grant: the other side has to delete what it has, and to sign that it did",
    tag,
    params: idParams,
    body: revocationRequest,
    answer: revoked,
    async handle({ params, body: { why } }, { node }) {
      const id = params.id as OpId;
      return { grant: id, revocation: await revoke(node, id, null, why) };
    },
  }),
  endpoint({
    method: "get",
    path: "/api/ledger",
    summary: "The whole account of what is shared, and what was refused to others",
    tag,
    answer: ledger,
    async handle(_, { node }) {
      const entries = await readLedger(node.replica, node.writer.clock());
      return { grants: entries.map(entryAnswer), attempts: readAttempts(node.home).slice(0, shownMax) };
    },
  }),
];

function entryAnswer(entry: LedgerEntry): GrantEntry {
  const { terms } = entry;
  const what = terms === null ? "what its terms said, which were taken away" : selectorText(terms.selector);
  const until = terms === null ? "" : `, until ${timeText(terms.expiresAt).slice(0, 10)}`;
  return {
    ...entry,
    terms: terms && { ...terms, selector: plain(terms.selector) },
    accesses: [...entry.accesses],
    receipts: [...entry.receipts],
    withdrawn: [...entry.withdrawn],
    sentence: `${whoText(entry)} may see ${what}${until}`,
    standing: standingText(entry),
    open: needsAnEye(entry),
  };
}

/** The contract's lists may be changed by whoever has them; the core's may not. */
function plain({ predicates, subjects, ...rest }: NonNullable<LedgerEntry["terms"]>["selector"]): Selector {
  return { predicates: [...predicates], ...(subjects ? { subjects: [...subjects] } : {}), ...rest };
}

function selectorOf({ predicates, subjects, min_confidence, max_sensitivity }: Selector) {
  return {
    predicates,
    ...(subjects === undefined ? {} : { subjects }),
    ...(min_confidence === undefined ? {} : { min_confidence }),
    ...(max_sensitivity === undefined ? {} : { max_sensitivity }),
  };
}

function shownAnswer({ attestation, sensitivity, claim }: Seen): ShownClaim {
  return { ...attestation, sensitivity, sentence: sentenceOf(claim.payload ?? {}) };
}

function invitationOf({ node, address }: Session, id: OpId): string {
  return grantInvitationText({ grant: id, node: node.writer.did, url: readSettings(node.home).address ?? address ?? "" });
}

async function whole(session: Session, id: OpId): Promise<WholeGrant> {
  const { node } = session;
  const entry = await ledgerEntry(node.replica, id, node.writer.clock());
  if (entry === null) throw new PoolError("not_found", `${id} is no grant of this pool`);
  const isActive = entry.status === "active" && entry.terms !== null;
  const seen = isActive
    ? await previewSlice(node.replica, (entry.terms as NonNullable<typeof entry.terms>).selector, node.writer.clock())
    : [];
  return {
    ...entryAnswer(entry),
    invitation: isActive ? invitationOf(session, id) : "",
    shows: seen.slice(0, shownMax).map(shownAnswer),
    shows_total: seen.length,
    withdrawn_claims: await node.replica.store.read((reader) => linesAnswer(reader, entry.withdrawn.slice(0, shownMax))),
  };
}
