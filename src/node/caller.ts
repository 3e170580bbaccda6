/** Whom this node answers as, to whom, and what it knows of them. */
import type { Did } from "../core/crypto/did-key.ts";
import type { JsonObject } from "../core/ports.ts";
import { type Party, partyOf } from "../core/sync/authorise.ts";
import type { GrantServer } from "./delegation/serve.ts";
import type { Replica } from "./replica.ts";

export interface ServerIdentity extends GrantServer {
  readonly did: Did;
  readonly name?: string;
  /** Whether connections are kept here (live/1). */
  readonly live?: boolean;
  /** sha-256 in hex of the certificate that this server shows, when it has one itself. */
  readonly certificate?: string;
  /** Of a hub: what it tells of the pool (HOS-10) to those who may ask for everything. */
  readonly hosting?: () => Promise<JsonObject>;
}

/** Who asks, and what this node knew of it when the request came. */
export interface Caller {
  readonly key: Did | null;
  readonly party: Party;
}

export interface AnswerOptions {
  /** Items of long lists may be `RawJson`: the caller writes the reply by `messageText` or `messageParts`. */
  readonly asText?: boolean;
  /** A key that is answered as a replica's, whatever the log says: of whoever brings a pool to a hub, while the log is on its way. */
  readonly brings?: Did | null;
}

export async function callerOf(replica: Replica, key: Did | null): Promise<Caller> {
  return replica.store.read(async (reader) => {
    const party = partyOf((await replica.controlLog(reader)).view(), key);
    const granted = party === "stranger" && key !== null && (await reader.grantsTo(key)).length > 0;
    return { key, party: granted ? "grantee" : party };
  });
}
