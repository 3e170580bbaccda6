/** Keys for language models: what a model says is signed by a key of its own, of role `assistant`, and waits for the owner. */
import { fromHex } from "../core/bytes.ts";
import { canonical } from "../core/codec/canonical.ts";
import { encodeDidKey } from "../core/crypto/did-key.ts";
import { domainTags } from "../core/domain-tags.ts";
import { PoolError } from "../core/errors.ts";
import { addDevice } from "./devices.ts";
import type { KeyPair } from "./key-file.ts";
import type { Node } from "./open-node.ts";
import type { Writer } from "./write.ts";

/**
 * Who signs what `model` says on this device: a key made from the device's own, so that there is no further secret to keep, and
 * added to the pool on first use. One a model: removing it takes back all that this model said. After a removal the next one
 * is made. Rejects with `PoolError("role")` when this device may not add keys.
 */
export async function modelWriter(node: Node, model: string): Promise<Writer> {
  const view = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
  if (view.devices.get(node.writer.did)?.role !== "full") {
    throw new PoolError("role", "only a device of role full may ask a model: it adds the key that the model's claims are signed with");
  }
  let key = modelKey(node, model, 0);
  for (let count = 1; view.removals.has(key.did); count++) key = modelKey(node, model, count);
  if (!view.devices.has(key.did)) await addDevice(node, { key: key.did, role: "assistant", name: `model ${model}` });
  return { ...node.writer, ...key };
}

function modelKey({ writer, replica }: Node, model: string, count: number): KeyPair {
  const hex = replica.crypto.sha256Hex(domainTags.modelKey, writer.seed, canonical([model, count]));
  const seed = fromHex(hex) as Uint8Array;
  return { seed, did: encodeDidKey(replica.crypto.ed25519.publicKey(seed)) };
}
