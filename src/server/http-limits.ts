/** Maxima of the HTTP edge, beside the protocol's own in `core/limits.ts`. Tests and operators may set others. */
import { limits } from "../core/limits.ts";

export interface HttpLimits {
  /** Open connections; more are dropped as they come. Devices and delegates of one person are a few dozen. */
  readonly connections: number;
  /** Bytes of all header fields of a request; ours need about 1,000. */
  readonly headerBytes: number;
  /** Milliseconds in which the header must have come, and a TLS handshake be done. */
  readonly headersMs: number;
  /** Milliseconds in which a body must have come, from the end of the header. */
  readonly bodyDeadlineMs: number;
  /** Milliseconds that a connection may idle between two requests: a sync pauses while it writes to its disk. */
  readonly keepAliveMs: number;
  /** Milliseconds that `close` waits for requests under way. */
  readonly closeMs: number;
  /** Bytes of one message, on the wire and when decompressed. */
  readonly messageBytes: number;
  /** Bytes of all strangers' messages in memory at once: four of the largest. */
  readonly strangersBytes: number;
  /** The same for known keys. A stolen device must not exhaust memory either. */
  readonly knownBytes: number;
  /** Requests per second of one key or, for strangers, one address. */
  readonly ratePerSecond: number;
  /** Requests that may come at once, after a pause. */
  readonly rateBurst: number;
  /** The same of all known keys of one node together, `nodeBurst` at once: whoever has one device's key could add more, each with a rate of its own. */
  readonly nodePerSecond: number;
  readonly nodeBurst: number;
  /** Keys and addresses whose rate is remembered. */
  readonly rateNames: number;
  /** Nonces remembered per key. */
  readonly noncesPerKey: number;
  /** Kept connections of one node (live/1); more are answered 429. Those of one person's devices, with room to spare. */
  readonly liveConnections: number;
  /** The same of one key: a device that lost one without a word opens another, and the oldest goes. */
  readonly livePerKey: number;
  /** Milliseconds between two pings; whoever does not answer the one before the next is dropped. */
  readonly livePingMs: number;
  /** Frames of one connection that may wait for their turn: what fits in one read of a socket when they are small, and honest. */
  readonly liveQueue: number;
  /** Milliseconds between two `notify`: what is admitted meanwhile is told at once. */
  readonly notifyMs: number;
}

export const httpLimits: HttpLimits = {
  connections: 256,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  bodyDeadlineMs: limits.bodyDeadlineMs,
  keepAliveMs: 30_000,
  closeMs: 1_500,
  messageBytes: limits.messageBytes,
  strangersBytes: 4 * limits.messageBytes,
  knownBytes: 16 * limits.messageBytes,
  ratePerSecond: limits.ratePerSecond,
  rateBurst: limits.ratePerSecond * limits.rateBurstSeconds,
  nodePerSecond: 4 * limits.ratePerSecond,
  nodeBurst: 4 * limits.ratePerSecond * limits.rateBurstSeconds,
  rateNames: 10_000,
  noncesPerKey: limits.noncesPerKey,
  liveConnections: 64,
  livePerKey: 4,
  livePingMs: limits.livePingMs,
  liveQueue: 32,
  notifyMs: 20,
};
