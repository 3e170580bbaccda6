/** What a pool holds, and who may say that it is enough. */
import type { Admitted } from "../../core/admission/admit.ts";

export interface Held {
  readonly operations: number;
  /** Of all envelopes, as `envelopeSize` estimates them. */
  readonly bytes: number;
}

/** What a write is about to add. */
export interface Growth {
  readonly before: Held;
  readonly after: Held;
  /** The operations that it adds; none when it gives one its payload. */
  readonly ops: readonly Admitted[];
}

/** Asked inside the transaction, so that no other process adds something meanwhile: what it throws ends the write, and nothing of it is kept. */
export type Admits = (growth: Growth) => void;
