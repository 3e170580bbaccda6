/** Every maximum of news between a hub's processes, each with its reason. */
export const newsLimits = {
  /** Milliseconds for which news of a pool are gathered before they are sent, and again before listeners are called: a burst is one. */
  gatherMs: 5,
  /** Listeners that are called at once, each time: after a reconnection all are, and each of them asks the database. */
  toldAtOnce: 200,
  /** Listeners of one process: more kept connections than one process holds open. */
  listeners: 200_000,
  /** Pools of which news wait to be sent; beyond that everybody is told to look at everything, which is shorter. */
  waiting: 10_000,
  /** Milliseconds that a carrier has to take news, or to let this process in, before its connection is given up. */
  patienceMs: 5_000,
  /** Milliseconds between two questions to a carrier whether it is still there. */
  beatMs: 10_000,
  /** Milliseconds before a lost connection is tried again: the first time, and at most. */
  retryFirstMs: 50,
  retryMaxMs: 5_000,
  /** Milliseconds in which every listener is called once, news or not: whatever was lost unseen is found by then. */
  lookAllMs: 300_000,
  /** Topics in one notification of PostgreSQL: 200 × 33 bytes are below the 8,000 that it takes. */
  topicsPerNotification: 200,
} as const;
