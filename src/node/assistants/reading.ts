/**
 * What an assistant reads is in the log before it is answered: under its grant that it read (`cap_access`, by the device that serves),
 * and which claims (`inference`, by the assistant's own key). So that the log follows what is read and not how often, a claim is
 * noted once a day for each assistant, and an access when the slice or its outcome changed.
 */
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { Reader } from "../../store/index.ts";
import { noteAccess } from "../delegation/pull.ts";
import type { Node } from "../open-node.ts";
import { writeDrafts } from "../write.ts";
import type { Assistant } from "./record.ts";

interface NotedToday {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly ids: readonly OpId[];
}

const dayOf = (ms: number) => Math.floor(ms / 86_400_000);
const name = ({ record }: Assistant) => `assistant-read:${record.did}`;

/** Of one assistant in one process. */
export class Readings {
  readonly #node: Node;
  readonly #assistant: Assistant;
  /** When the slice was last looked at whole, by this device's clock. */
  #lookedAt: number | null = null;

  constructor(node: Node, assistant: Assistant) {
    this.#node = node;
    this.#assistant = assistant;
  }

  /** Notes that these were read by `tool`; resolves when that is durable. */
  async note(tool: string, read: readonly OpId[]): Promise<void> {
    const now = this.#node.writer.clock();
    if (this.#lookedAt === null || now < this.#lookedAt || now - this.#lookedAt >= limits.assistantAccessMs) {
      await this.noteAccess();
      this.#lookedAt = now;
    }
    const { replica } = this.#node;
    const known = await replica.store.read((reader) => notedToday(reader, this.#assistant, now));
    if (read.every((id) => known.has(id))) return;
    await writeDrafts(replica, this.#assistant.writer, async (tx) => {
      const noted = await notedToday(tx, this.#assistant, now);
      const fresh = [...new Set(read)].filter((id) => !noted.has(id)).slice(0, limits.derivedFrom);
      if (fresh.length === 0) return [];
      const ids = [...noted, ...fresh].slice(-limits.assistantReadIds);
      await tx.setLocal(name(this.#assistant), JSON.stringify({ day: dayOf(now), ids } satisfies NotedToday));
      return [{ type: "inference", payload: { consumer: this.#assistant.record.name, purpose: tool, inputs: fresh } }];
    });
  }

  /**
   * Notes under the grant that it was served, or refused since it ended, when that has changed. A slice too large to be signed for is not
   * noted as a whole: then the log has the claims that were read, one by one, and nothing more.
   */
  async noteAccess(): Promise<void> {
    const { replica, writer } = this.#node;
    const { grant, did } = this.#assistant.record;
    const write: Parameters<typeof noteAccess>[0]["write"] = async (choose) => (await this.#node.write(choose))[0];
    await noteAccess({ replica, writer, write }, { grant, grantee: did }).catch((error) => {
      if (!(error instanceof PoolError && error.code === "too_large")) throw error;
    });
  }
}

async function notedToday(reader: Reader, assistant: Assistant, now: number): Promise<ReadonlySet<OpId>> {
  const text = await reader.local(name(assistant));
  const noted = text === null ? null : (JSON.parse(text) as NotedToday);
  return new Set(noted?.day === dayOf(now) ? noted.ids : []);
}
