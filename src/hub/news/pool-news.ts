/** How the processes of a hub tell one another that a pool has something new. */
import type { OpId } from "../../core/op/operation.ts";

export interface PoolNews {
  /** Tells every process, this one too. Never throws and never waits: who misses it finds out by the next news, or by looking. */
  tell(pool: OpId): void;
  /** Calls `listener` when the pool may have changed, also when news may have been missed. It must not throw. Returns how to stop. */
  subscribe(pool: OpId, listener: () => void): () => void;
  /** Whether what others tell arrives here now. */
  isConnected(): boolean;
  close(): Promise<void>;
}
