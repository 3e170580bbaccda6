/** Adding an assistant, and ending it at once: a key of role `assistant` in the pool (section 5), a grant to it (section 8), a record here. */
import { existsSync } from "node:fs";
import { signPurgeReceipt } from "../../core/capability/holdings.ts";
import type { Selector } from "../../core/capability/selector.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { JsonObject } from "../../core/ports.ts";
import { grant, revoke } from "../delegation/give.ts";
import { ledgerEntry } from "../delegation/ledger.ts";
import { serveReceipt } from "../delegation/receipt.ts";
import { addDevice, removeDevice } from "../devices.ts";
import { type AskPassphrase, lockOf, makeKey, readKeyFile, writeKeyFile } from "../key-file.ts";
import type { Node } from "../open-node.ts";
import type { Secret } from "../sealed-key.ts";
import {
  type AssistantRecord,
  assistantKeyPath,
  findRecord,
  listRecords,
  removeKey,
  requireName,
  tokenHash,
  tokenOf,
  writeRecord,
} from "./record.ts";

export interface NewAssistant {
  readonly name: string;
  readonly selector: Selector;
  readonly purpose: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly evidence: boolean;
  readonly quota: number;
}

/**
 * Makes its key, locked as this device's is, adds it to the pool and grants it its slice. A name of one that was removed may be used again: it is another key
 * then. Rejects with `PoolError`: `usage` for a name that is taken or terms that don't fit, `role` when this device may not add keys.
 */
export async function addAssistant(
  node: Node,
  asked: NewAssistant,
  ask: AskPassphrase,
): Promise<{ readonly record: AssistantRecord; readonly token: string }> {
  const { name, selector, purpose, expiresAt, evidence, quota } = asked;
  requireName(name);
  const known = findRecord(node.home, name);
  if (known !== null && known.removedAt === null) {
    throw new PoolError("usage", `there is an assistant ${name} already: \`fablepool assistant config ${name}\` shows how to connect it`);
  }
  if (listRecords(node.home).filter(({ removedAt }) => removedAt === null).length >= limits.assistants) {
    throw new PoolError("too_large", `there are ${limits.assistants} assistants here: remove one first`);
  }
  const role = await node.role();
  if (role !== "full") throw new PoolError("role", `only a full device adds assistants; this one is ${role ?? "no device of a pool yet"}`);
  const path = assistantKeyPath(node.home, name);
  if (existsSync(path)) removeKey(node.home, name); // of an attempt that broke off before its record was written
  const secret = await secretOf(node, ask);
  const key = makeKey(node.writer.random);
  const terms = { grantee: key.did, selector, purpose, expiresAt, name };
  const id = await grant(node, terms); // first: it refuses terms that don't fit before anything else is done
  await addDevice(node, { key: key.did, role: "assistant", name });
  await writeKeyFile(path, key, secret);
  const token = tokenOf(name, key.seed);
  const record = {
    name,
    did: key.did,
    grant: id,
    addedAt: node.writer.clock(),
    evidence,
    quota,
    tokenHash: tokenHash(token),
    removedAt: null,
  };
  writeRecord(node.home, record);
  return { record, token };
}

/** What opens this device's key; null when nothing locks it. */
async function secretOf({ home }: Node, ask: AskPassphrase): Promise<Secret | null> {
  const lock = lockOf(home.deviceKey);
  const text = lock === null ? null : await ask(home.deviceKey, lock.unlock);
  return lock === null || text === null ? null : { by: lock.unlock, text };
}

/**
 * Ends an assistant: its grant is revoked, its key removed from the pool and from the disk. What it proposed and the owner confirmed
 * stays. This home, which kept its key, signs with it that nothing of the slice is kept here; what a vendor keeps is beyond that.
 */
export async function removeAssistant(node: Node, name: string, ask: AskPassphrase): Promise<AssistantRecord> {
  const record = findRecord(node.home, name);
  if (record === null || record.removedAt !== null) throw new PoolError("not_found", `there is no assistant ${name} here`);
  const entry = await ledgerEntry(node.replica, record.grant, node.writer.clock());
  if (entry !== null && entry.revocation === null) await revoke(node, record.grant, null, `the assistant ${name} was removed`);
  await signNothingKept(node, record, ask);
  const view = await node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view());
  if (!view.removals.has(record.did)) await removeDevice(node, { key: record.did, last: "newest" }, null);
  const removed = { ...record, removedAt: node.writer.clock() };
  removeKey(node.home, name); // before the record says that it is done: whoever is interrupted does it again
  writeRecord(node.home, removed);
  return removed;
}

async function signNothingKept(node: Node, { name, did, grant: id }: AssistantRecord, ask: AskPassphrase): Promise<void> {
  const { replica, writer } = node;
  const entry = await ledgerEntry(replica, id, writer.clock());
  const purgedRoot = entry?.accesses.findLast(({ outcome, server }) => outcome === "served" && server === writer.did)?.root;
  const path = assistantKeyPath(node.home, name);
  if (purgedRoot === undefined || entry === null || !existsSync(path)) return;
  const key = await readKeyFile(path, ask).catch(() => null); // damaged, say: it is ended all the same
  if (key === null) return;
  const facts = { grant: id, grantee: did, asOf: writer.clock(), revocation: entry.revocation?.id ?? null, purgedRoot };
  const receipt = signPurgeReceipt(replica.crypto, key.seed, facts) as unknown as JsonObject;
  await serveReceipt({ replica, writer, write: async (choose) => (await node.write(choose))[0] }, did, receipt);
}
