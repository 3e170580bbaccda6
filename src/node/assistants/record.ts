/** What a home keeps of an assistant: who it is, under which grant it reads, and this node's own rules for it. Its key lies beside. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Did } from "../../core/crypto/did-key.ts";
import { domainTags } from "../../core/domain-tags.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";
import { type Home, replaceFile } from "../home.ts";
import { type AskPassphrase, readKeyFile } from "../key-file.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { type Platform, system } from "../open-node.ts";
import type { Writer } from "../write.ts";

export interface AssistantRecord {
  readonly name: string;
  readonly did: Did;
  readonly grant: OpId;
  readonly addedAt: number;
  /** Whether it is told, of claims that it may read, what they rest on in the sources' own words. */
  readonly evidence: boolean;
  /** Claims that it may propose in a day. */
  readonly quota: number;
  /** SHA-256, hex, of the token by which it comes over HTTP. */
  readonly tokenHash: string;
  /** When its owner removed it, ms; null while it is there. The record stays, so that it can be told why it is refused. */
  readonly removedAt: number | null;
}

/** An assistant with its key: it writes as itself. */
export interface Assistant {
  readonly record: AssistantRecord;
  readonly writer: Writer;
}

export function requireName(name: string): void {
  if (/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return;
  throw new PoolError("usage", `${JSON.stringify(name.slice(0, 60))} is no name for an assistant: use a-z, 0-9 and -, at most 32 of them`);
}

function recordPath(home: Home, name: string): string {
  return join(home.assistants, `${name}.json`);
}

/** Where an assistant's key lies; the folder is made when it is not there. */
export function assistantKeyPath(home: Home, name: string): string {
  mkdirSync(home.assistants, { recursive: true, mode: 0o700 });
  return join(home.assistants, `${name}.key`);
}

/** Of those that are there. */
export function assistantKeyPaths(home: Home): string[] {
  return listRecords(home)
    .map(({ name }) => join(home.assistants, `${name}.key`))
    .filter((path) => existsSync(path));
}

export function writeRecord(home: Home, record: AssistantRecord): void {
  replaceFile(recordPath(home, record.name), `${JSON.stringify(record, null, 2)}\n`);
}

/** All of this home, those that were removed too, by name. Rejects with `PoolError("home")` for a file that is no record. */
export function listRecords(home: Home): AssistantRecord[] {
  const folder = home.assistants;
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
  return files.sort().map((file) => readRecordFile(join(folder, file)));
}

/** Null when this home never had an assistant of that name. */
export function findRecord(home: Home, name: string): AssistantRecord | null {
  requireName(name);
  const path = recordPath(home, name);
  return existsSync(path) ? readRecordFile(path) : null;
}

function readRecordFile(path: string): AssistantRecord {
  try {
    const { quota = limits.assistantProposalsPerDay, ...rest } = JSON.parse(readFileSync(path, "utf8")) as AssistantRecord;
    const record = { ...rest, quota };
    if (isRecord(record)) return record;
  } catch {
    // said below
  }
  throw new PoolError("home", `${path} is no record of an assistant, or is damaged: remove it, and add the assistant again`);
}

function isRecord({ name, did, grant, addedAt, evidence, quota, tokenHash, removedAt }: AssistantRecord): boolean {
  const times = removedAt === null ? [addedAt] : [addedAt, removedAt];
  return (
    [name, did, grant, tokenHash].every((each) => typeof each === "string") &&
    times.every((time) => Number.isSafeInteger(time) && Math.abs(time) <= latestMs) &&
    Number.isSafeInteger(quota) &&
    typeof evidence === "boolean"
  );
}

/** Beyond it a time has no date. */
const latestMs = 8.64e15;

/** Opens an assistant of this home. Rejects with `PoolError`: `not_found`, `unauthorized` when it was removed, and what its key file rejects with. */
export async function openAssistant(home: Home, name: string, ask: AskPassphrase, platform: Platform = system): Promise<Assistant> {
  const record = findRecord(home, name);
  if (record === null) throw new PoolError("not_found", `there is no assistant ${name} here: \`fablepool assistant list\` names them`);
  if (record.removedAt !== null) throw new PoolError("unauthorized", removedText(record));
  const key = await readKeyFile(assistantKeyPath(home, name), ask);
  return { record, writer: { ...platform, ...key } };
}

export function removedText({ name, removedAt }: AssistantRecord): string {
  const day = new Date(removedAt ?? 0).toISOString().slice(0, 10);
  return `access ended: the owner of this memory removed the assistant ${name} on ${day}; only they can add it again (fablepool assistant add)`;
}

export function removeKey(home: Home, name: string): void {
  rmSync(assistantKeyPath(home, name), { force: true });
}

/** The token by which an assistant comes over HTTP: it follows from its key, so that there is no further secret to keep. */
export function tokenOf(name: string, seed: Uint8Array): string {
  return `fpl_${name}_${nativeCrypto.sha256Hex(domainTags.assistantToken, seed)}`;
}

export function tokenHash(token: string): string {
  return nativeCrypto.sha256Hex(token);
}

/** The record whose token this is, a removed one too; null for any other text. */
export function recordOfToken(home: Home, token: string): AssistantRecord | null {
  const name = /^fpl_([a-z0-9-]{1,32})_[0-9a-f]{64}$/.exec(token)?.[1];
  if (name === undefined || name.startsWith("-") || name.endsWith("-")) return null;
  const record = findRecord(home, name);
  return record !== null && record.tokenHash === tokenHash(token) ? record : null;
}
