/** A judgement that this device has written already: the same again would change nothing, on any device. */
import type { OpId } from "../core/op/operation.ts";
import type { Node } from "./open-node.ts";
import { ViewFacts } from "./view/facts.ts";

/** The first of this device's judgements of that kind in force that together target all of these; null when one is targeted by none. */
export async function judgedAlready(node: Node, kind: "refutes" | "endorses", targets: readonly OpId[]): Promise<OpId | null> {
  return node.replica.store.read(async (reader) => {
    const facts = new ViewFacts(reader, await node.replica.controlLog(reader));
    let first: OpId | null = null;
    for (const target of targets) {
      const own = await ownInForce(facts, node, await facts.refsTo(target, kind));
      if (own === null) return null;
      first ??= own;
    }
    return first;
  });
}

async function ownInForce(facts: ViewFacts, { writer }: Node, refs: readonly { readonly from: OpId }[]): Promise<OpId | null> {
  for (const { from } of refs) if ((await facts.info(from))?.author === writer.did && (await facts.inForce(from))) return from;
  return null;
}

/** Keeps a reason of a judgement as a note, unless one of its notes says it; true when it was written. */
export async function giveReason(node: Node, judgement: OpId, reason: string): Promise<boolean> {
  const text = reason.normalize("NFC");
  const notes = await node.replica.store.read(async (reader) =>
    reader.envelopes((await reader.refsTo([judgement], ["notes"])).map(({ from }) => from)),
  );
  if (text === "" || notes.some(({ payload }) => payload?.["text"] === text)) return false;
  await node.write([{ type: "note", payload: { target: judgement, text } }]);
  return true;
}
