/** Maxima of what an operator may ask, and of what a quota leaves open, each with its reason. */
export const adminLimits = {
  /** What is taken beyond a quota of what erases, revokes or changes who may write, at least: some thousand redactions with a reason each. */
  reserve: { operations: 1_000, bytes: 4 * 1024 * 1024 },
  /** Pools in one page of a list: the size of each is one more question to the database. */
  page: 100,
  /** Invitations that are listed, the newest: nobody reads more. */
  invitations: 1_000,
  /** Characters of a label or notice. */
  words: 500,
  /** Milliseconds that an invitation is good for, at most: one that is forgotten in a mailbox should not be good for ever. */
  invitationMs: 366 * 86_400_000,
  /** Milliseconds for which devices are told that their pool was deleted, at most. */
  tellMs: 366 * 86_400_000,
  /** For how long devices are told when nobody says for how long: a device that lay in a drawer for a holiday comes again. */
  tellMsUsual: 30 * 86_400_000,
  /** Milliseconds for which the row of a deleted pool stays in any case: for so long another process may believe that it serves it. */
  settleMs: 3_000,
  /** Pools whose deletion is gone on with at once: the next round takes the others. */
  leaving: 100,
  /** Bytes of a request to the operators' API: a notice and some numbers. */
  requestBytes: 16_384,
  /** Requests a second to that API, and at once after a pause, with the token; a script that lists all pools asks some hundred. */
  ratePerSecond: 100,
  rateBurst: 500,
  /** The same without it: guessing 256 bits is hopeless at any rate. */
  strangersPerSecond: 5,
  strangersBurst: 20,
  /** Characters of the API's token: less can be guessed, more is a slip. */
  tokenMin: 32,
  tokenMax: 512,
} as const;
