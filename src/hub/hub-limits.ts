/** Maxima of a hub's process, beside the protocol's own and those of the HTTP edge, each with its reason. */
import { type HttpLimits, httpLimits } from "../server/index.ts";

export const hubLimits = {
  /** Pools that a process has open without a connection that needs them: each is a control log, some buckets and a route, about 100 KB. */
  openPools: 1_000,
  /** Dids whose pool is remembered: to look one up costs a millisecond. */
  knownDids: 16_384,
  /** Milliseconds for which a pool's row of the registry is believed: news brings a change sooner. */
  hostedMs: 1_000,
  /** Connections of one process to the registry: its statements take a millisecond. */
  registryConnections: 4,
  /** How often a statement of the registry is asked that PostgreSQL undoes: it lets one of two go on, so that a second time is rare. */
  undoneTries: 5,
  /** Keys of one pool whose nonces are counted: more than one person has devices. */
  nonceKeys: 1_024,
  /** Milliseconds between two times that nonces are forgotten whose time is over. */
  forgetMs: 30_000,
  /** Milliseconds in which the database must answer for a process to be ready: probes ask every few seconds. */
  healthMs: 2_000,
  /** Milliseconds in which a pool must have been brought (HOS-8): a week is longer than any log takes, and than most people are away. */
  joiningMs: 7 * 86_400_000,
  /** Milliseconds for which a pool's devices are told that one of them had it let go: most devices are on once a week. */
  unhostedToldMs: 7 * 86_400_000,
  /** Bytes of one message of host/1: a token, a pool, and what is said about it. */
  hostMessageBytes: 65_536,
} as const;

/** A process that answers for thousands of pools takes more connections, and gives what is under way longer to end. */
export const hubHttpLimits: HttpLimits = { ...httpLimits, connections: 8_192, rateNames: 100_000, closeMs: 10_000 };
