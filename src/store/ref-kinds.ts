import type { RefKind } from "./store.ts";

/** The number of a kind, in the stores in SQL, is its place here: for ever. */
export const refKinds: readonly RefKind[] = [
  "derives",
  "refutes",
  "endorses",
  "redacts",
  "corrects",
  "notes",
  "revokes",
  "accesses",
  "receipts",
];
