/** What an assistant remembers for its owner: a claim by its own key, which waits for the owner's word (section 6, step 4). */
import { toHex } from "../../core/bytes.ts";
import type { Sensitivity } from "../../core/claim/sensitivity.ts";
import { type ClaimPayload, statementKey } from "../../core/claim/statement.ts";
import { PoolError } from "../../core/errors.ts";
import type { Draft } from "../../core/op/create.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { withoutOwnWords, withoutOwnWordsIn } from "../../importers/assistants/own-words.ts";
import type { Reader, Transactor } from "../../store/index.ts";
import type { Node } from "../open-node.ts";
import { requireClaim } from "../state-claim.ts";
import { ViewFacts } from "../view/facts.ts";
import { writeDrafts } from "../write.ts";
import type { Assistant } from "./record.ts";
import { sliceAmong } from "./slice.ts";
import { requireStanding } from "./standing.ts";

export interface Proposal {
  readonly subject: string;
  readonly predicate: string;
  readonly object: Json;
  readonly confidence: number;
  /** What the person said, in their own words. */
  readonly said?: string | undefined;
  /** Claims that it follows from, of those that the assistant may read. */
  readonly basedOn: readonly OpId[];
  readonly rationale?: string | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly sensitivity?: Sensitivity | undefined;
}

export interface Proposed {
  readonly claim: OpId;
  /** `known`: the memory says so already, as a claim that the assistant may read; nothing was written. */
  readonly is: "proposed" | "proposed before" | "known";
}

/**
 * Writes what was said as evidence and the claim that rests on it. Rejects with `PoolError`: `unauthorized`, `rate` beyond its quota,
 * `not_found` for claims that it may not read, `usage` for what is no claim, or quotes the memory's own answer as if a person had said it.
 */
export async function propose(node: Node, assistant: Assistant, asked: Proposal): Promise<Proposed> {
  const proposal = withoutEcho(asked);
  const now = node.writer.clock();
  const before = await node.replica.store.read((reader) => checked(node, assistant, proposal, reader, now));
  if (before !== null) return before;
  const write = (choose: (tx: Transactor) => Promise<readonly Draft[]>) => writeDrafts(node.replica, assistant.writer, choose);
  const evidence =
    proposal.said === undefined ? undefined : (await write(async () => [saidDraft(node, assistant, proposal.said ?? "", now)]))[0];
  let meanwhile: Proposed | null = null;
  const [claim] = await write(async (tx) => {
    meanwhile = await checked(node, assistant, proposal, tx, now);
    if (meanwhile !== null) return [];
    await countProposal(tx, assistant, now);
    return [{ type: "claim", payload: claimOf(proposal, evidence) }];
  });
  if (meanwhile !== null) return meanwhile;
  if (claim === undefined) throw new PoolError("storage", "nothing was written");
  return { claim, is: "proposed" };
}

/** An assistant copies what it was answered. What this memory says is no ground for believing it, and no person's word. */
function withoutEcho({ subject, predicate, said, object, rationale, ...rest }: Proposal): Proposal {
  const own = said === undefined ? undefined : withoutOwnWords(said).trim();
  const plain = withoutOwnWordsIn(object);
  if (own === "" || plain === "") {
    throw new PoolError("usage", "that is this memory's own answer: `said` is for what the person said, and `object` for what is new");
  }
  return {
    ...rest,
    subject: subject.normalize("NFC"),
    predicate: predicate.normalize("NFC"),
    object: plain,
    ...(own === undefined ? {} : { said: own.normalize("NFC") }),
    ...(rationale === undefined ? {} : { rationale: withoutOwnWords(rationale).normalize("NFC") }),
  };
}

/** What is there already; null when it may be written. */
async function checked(node: Node, assistant: Assistant, proposal: Proposal, reader: Reader, now: number): Promise<Proposed | null> {
  const { replica } = node;
  const facts = new ViewFacts(reader, await replica.controlLog(reader));
  const { selector } = await requireStanding(facts, assistant.record, now);
  const readable = new Set((await sliceAmong(facts, selector, proposal.basedOn, now)).map(({ op }) => op.op_id));
  const missing = proposal.basedOn.find((id) => !readable.has(id));
  if (missing !== undefined) throw new PoolError("not_found", `${missing} is no claim that you may read: name those that recall gave you`);
  const payload = claimOf(proposal, undefined);
  requireClaim(payload);
  await requireQuota(reader, assistant, now);
  const key = statementKey(replica.crypto.sha256Hex, payload as unknown as ClaimPayload);
  const mates = await reader.claimsOfStatements([key]);
  const own = mates.find(({ author, status }) => author === assistant.record.did && status === "proposed");
  if (own) return { claim: own.id, is: "proposed before" };
  const active = mates.filter(({ status }) => status === "active").map(({ id }) => id);
  const [known] = await sliceAmong(facts, selector, active, now);
  return known ? { claim: known.op.op_id, is: "known" } : null;
}

function saidDraft({ writer }: Node, { record }: Assistant, said: string, now: number): Draft {
  const payload = {
    source: { adapter: "mcp", version: "1", account: record.name },
    origin: "assistant",
    external_id: toHex(writer.random(16)),
    kind: "said",
    observed_at: now,
    content: { text: said, assistant: record.name },
  };
  return { type: "evidence", payload };
}

function claimOf(proposal: Proposal, evidence: OpId | undefined): JsonObject {
  const { subject, predicate, object, confidence, basedOn, rationale, from, until, sensitivity } = proposal;
  return {
    subject,
    predicate,
    object,
    confidence,
    derived_from: [...(evidence === undefined ? [] : [evidence]), ...new Set(basedOn)],
    method: { name: "assistant", version: "1" },
    rationale: rationale ?? "",
    ...(from === undefined ? {} : { valid_from: from }),
    ...(until === undefined ? {} : { valid_until: until }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
  };
}

interface ProposedToday {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly count: number;
}

const dayOf = (ms: number) => Math.floor(ms / 86_400_000);
const name = ({ record }: Assistant) => `assistant-proposed:${record.did}`;

async function proposedToday(reader: Reader, assistant: Assistant, now: number): Promise<number> {
  const text = await reader.local(name(assistant));
  const kept = text === null ? null : (JSON.parse(text) as ProposedToday);
  return kept?.day === dayOf(now) ? kept.count : 0;
}

async function requireQuota(reader: Reader, assistant: Assistant, now: number): Promise<void> {
  const { quota, name: who } = assistant.record;
  if ((await proposedToday(reader, assistant, now)) < quota) return;
  throw new PoolError("rate", `${who} may propose ${quota} claims a day, and did: the rest has to wait until tomorrow (UTC)`);
}

async function countProposal(tx: Transactor, assistant: Assistant, now: number): Promise<void> {
  const count = (await proposedToday(tx, assistant, now)) + 1;
  await tx.setLocal(name(assistant), JSON.stringify({ day: dayOf(now), count } satisfies ProposedToday));
}
