/** The shapes of what the node answers: its own contract, of which only types come over here. */
export type * from "../../../src/server/api/contract.ts";
