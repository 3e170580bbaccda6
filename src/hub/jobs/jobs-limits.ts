/** Every maximum of a hub's jobs, each with its reason. */
export const jobsLimits = {
  /** Connections of one process to the queue. */
  connections: 2,
  /** Milliseconds for which pushes to one pool that concern grants are one look at it. */
  slotMs: 60_000,
  /** Milliseconds after such a slot began until the look: longer than the slot and any write that began in it (`limits.writeTurnMs`). */
  settleMs: 240_000,
  /** Milliseconds to the latest next look at a grant, whatever it says: so long a job is kept, and so far a date may be off. */
  nextLookMs: 90 * 86_400_000,
  /** Seconds between two questions whether something is due: what is due is due by the day. */
  pollSeconds: 10,
  /** Jobs that a process takes at once; it works on one after the other, and on more as soon as they are done. */
  batch: 20,
  /** Seconds without a sign of life of who works on a job, until another may have it; and at most for one batch. */
  heartbeatSeconds: 30,
  batchSeconds: 900,
  /** Seconds between two looks at who has gone. */
  superviseSeconds: 30,
  /** How often a job is tried, at first after these seconds, at most after those: for four days, which is longer than a broken database stays broken. */
  tries: 100,
  retrySeconds: 30,
  retryMaxSeconds: 3_600,
  /** Seconds for which a job that was done is still there, for whoever wants to see that it was. */
  keptSeconds: 3_600,
  /** Milliseconds that a process waits for what it works on when it ends. */
  closeMs: 5_000,
} as const;
