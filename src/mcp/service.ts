/** One assistant's business with this memory in one process, however it comes in: who it is, how fast it asks, what it was answered. */
import { createRequestStateCodec, type RequestStateCodec } from "@modelcontextprotocol/server";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { OpId } from "../core/op/operation.ts";
import {
  type Assistant,
  type Node,
  type OwnProposal,
  ownAmong,
  type Permission,
  type ReadableClaim,
  Readings,
  requireStanding,
  sliceAmong,
  TokenBuckets,
  type Trust,
  trustOf,
  ViewFacts,
  wholeSlice,
} from "../node/index.ts";
import type { Reader } from "../store/index.ts";

/** What an owner's yes was asked for. */
export interface Asked {
  readonly about: string;
}

export class Service {
  readonly node: Node;
  readonly assistant: Assistant;
  readonly readings: Readings;
  /** Seals what the owner is asked, so that their yes can't be used for something else. */
  readonly asking: RequestStateCodec<Asked>;
  readonly #calls = new TokenBuckets({ perSecond: limits.assistantCallsPerSecond, burst: limits.assistantCallsBurst, namesMax: 1 });

  constructor(node: Node, assistant: Assistant) {
    this.node = node;
    this.assistant = assistant;
    this.readings = new Readings(node, assistant);
    this.asking = createRequestStateCodec<Asked>({ key: node.writer.random(32), ttlSeconds: limits.mcpOwnerWordMs / 1_000 });
  }

  get now(): number {
    return this.node.writer.clock();
  }

  /** Rejects with `PoolError`: `rate` when it asks too often, `unauthorized` when its access ended; that is noted in the log. */
  async enter(): Promise<void> {
    if (!this.#calls.take("calls", this.now)) {
      throw new PoolError("rate", `too many calls: ${limits.assistantCallsPerSecond} a second are answered; wait a moment`);
    }
    try {
      await this.read(async () => {});
    } catch (error) {
      if (error instanceof PoolError && error.code === "unauthorized") await this.readings.noteAccess();
      throw error;
    }
  }

  /** Reads one state of the memory, with what the assistant may read of it then. Rejects with `unauthorized` when that is nothing any more. */
  read<Result>(
    work: (seen: { readonly facts: ViewFacts; readonly reader: Reader; readonly permission: Permission }) => Promise<Result>,
  ): Promise<Result> {
    const { replica } = this.node;
    return replica.store.read(async (reader) => {
      const facts = new ViewFacts(reader, await replica.controlLog(reader));
      const permission = await requireStanding(facts, this.assistant.record, this.now);
      return work({ facts, reader, permission });
    });
  }

  /** Of these ids the claims that it may read now. */
  slice(ids: readonly OpId[]): Promise<ReadableClaim[]> {
    return this.read(({ facts, permission }) => sliceAmong(facts, permission.selector, ids, this.now));
  }

  /** All that it may read now. */
  wholeSlice(): Promise<ReadableClaim[]> {
    return this.read(({ facts, permission }) => wholeSlice(facts, this.node.replica.crypto, permission.selector, this.now));
  }

  trusts(ids: readonly OpId[]): Promise<ReadonlyMap<OpId, Trust>> {
    return this.read(({ facts }) => trustOf(facts, ids));
  }

  /** Of these ids its own claims that wait for the owner's word. */
  proposals(ids: readonly OpId[]): Promise<OwnProposal[]> {
    return this.read(({ reader }) => ownAmong(reader, this.assistant.record.did, ids));
  }

  /** The same for what is not there and for what it may not read. */
  unknown(id: OpId): PoolError {
    return new PoolError("not_found", `${id} is no claim that you may read: it may have been withdrawn. Look again with recall`);
  }
}
