/**
 * When this device last had everything in common with another one, and how much it had then: kept with the store, for people who ask
 * whether their devices agree. Only syncs that this device began are known to have ended so.
 */
import type { Reader } from "../store/index.ts";
import type { Node } from "./open-node.ts";

export interface Contact {
  /** Milliseconds since the epoch, by this device's clock. */
  readonly at: number;
  /** Operations that were here then. */
  readonly operations: number;
}

const nameOf = (did: string) => `contact ${did}`;

/** To be called when a sync with `peer` has ended well. */
export async function noteContact(node: Pick<Node, "replica" | "writer">, peer: string): Promise<void> {
  await node.replica.store.write(async (tx) => {
    const { operations } = await tx.counts();
    await tx.setLocal(nameOf(peer), JSON.stringify({ at: node.writer.clock(), operations } satisfies Contact));
  });
}

export async function contactWith(reader: Reader, peer: string): Promise<Contact | null> {
  const text = await reader.local(nameOf(peer));
  return text === null ? null : (JSON.parse(text) as Contact);
}

/** Operations that came here since then: those which the peer may lack. */
export async function aheadOf(reader: Reader, { operations }: Contact): Promise<number> {
  return Math.max(0, (await reader.counts()).operations - operations);
}
