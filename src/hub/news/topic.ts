/** What news name a pool by: a hash, so that neither NATS nor a database's log learns which pools are hosted. */
import { domainTags } from "../../core/domain-tags.ts";
import type { OpId } from "../../core/op/operation.ts";
import { nativeCrypto } from "../../node/native-crypto.ts";

/** 32 lower-case hex digits. Should two pools ever share one, each is looked at when the other has news. */
export type Topic = string;

/** The topic of all pools: whoever hears of it looks at everything. */
export const everyPool: Topic = "every-pool";

export function topicOf(pool: OpId): Topic {
  return nativeCrypto.sha256Hex(domainTags.poolNews, pool).slice(0, 32);
}

export function isTopic(text: string): boolean {
  return text === everyPool || /^[0-9a-f]{32}$/.test(text);
}
