/** What the parts of a hub share. A hub hosts pools of many people; its processes are all alike, and none holds what another needs. */
import type { Did } from "../core/crypto/did-key.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Replica, Writer } from "../node/index.ts";

/** `joining`: its owner may bring the log. `active`: this hub is a device of it. `leaving`: told of its deletion, and not served any more. */
export type HostedState = "joining" | "active" | "suspended" | "leaving";

/** A pool that is hosted, as the registry has it. */
export interface Hosted {
  readonly pool: OpId;
  /** This hub's device in the pool: each pool sees another key. */
  readonly did: Did;
  /** What the owner lets it be. */
  readonly role: "mirror" | "full";
  readonly state: HostedState;
  /** Who asked for it: the only key that is answered while it is joining. */
  readonly registrant: Did;
  /** The operator's own words for it. */
  readonly label: string;
  /** The operator's words to whoever asks for a pool that is suspended or leaving; empty for none. */
  readonly notice: string;
  /** How many operations, and bytes of their envelopes, it may hold; null for as many as it likes. */
  readonly quota: { readonly operations: number | null; readonly bytes: number | null };
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A hosted pool as this process has it open. */
export interface OpenPool {
  readonly hosted: Hosted;
  readonly replica: Replica;
  readonly writer: Writer;
}
