/**
 * What a hub of so many pools needs: a formula over what was measured here (`bench/capacity.ts`), what a pool is assumed to do, and prices
 * that whoever reads it replaces by their own. Pure; `docs/capacity.md` is what it prints, and a test holds the two together.
 */

/** Of this project's machine. Bytes, microseconds or milliseconds of one processor. */
export interface Measured {
  /** One item of evidence of about 300 bytes in PostgreSQL: tables and indexes, without the search index, and with it. */
  readonly opBytes: number;
  readonly opBytesFindable: number;
  /** Of its payload alone. */
  readonly payloadBytes: number;
  /** What one adds to the write-ahead log. */
  readonly walBytes: number;
  /** Taking an operation in, in bulk: the hub's process, PostgreSQL. */
  readonly hubOpUs: number;
  readonly postgresOpUs: number;
  /** A sync that brings ten operations, and one that finds nothing new. */
  readonly hubSyncMs: number;
  readonly postgresSyncMs: number;
  readonly hubLookMs: number;
  readonly postgresLookMs: number;
  /** Memory of a hub's process for a pool that it has open, and for a connection that is kept. */
  readonly poolBytes: number;
  readonly connectionBytes: number;
  readonly processBytes: number;
  /** Pools whose news one NATS server carries in a second from one process to another (`docs/adr/0012-news.md`). */
  readonly newsPerSecond: number;
}

/** What a pool is assumed to be and do: three devices, of which one is awake. */
export const assumed = {
  devices: 3,
  /** Of its devices, connected at the busiest time. */
  live: 1,
  opsPerDay: 100,
  years: 3,
  /** Syncs of all devices in a day that bring something, and that find nothing new. */
  syncsPerDay: 30,
  looksPerDay: 60,
  /** The busiest hour against the average. */
  peak: 5,
  /** Of all pools those whose hub searches for them; a mirror does not. */
  searched: 0,
  /** How busy a machine may be in the busiest hour. */
  load: 0.5,
} as const;

/** In one currency a month. Round numbers to be replaced, not an offer of anybody's. */
export const prices = { processor: 15, memoryGiB: 2, diskGiB: 0.1, objectGiB: 0.02, copies: 2 } as const;

/** What one machine, and one server of each kind, is taken for. */
export const machines = {
  processors: 16,
  /** GiB that one PostgreSQL server keeps: what is restored from a backup within some hours. */
  postgresGiB: 4_096,
  postgresConnections: 500,
  /** Connections for reading and writing that a hub's process takes. */
  hubConnections: 16,
  /** Kept connections of one process: `hubHttpLimits.connections`. */
  processConnections: 8_192,
} as const;

const [gib, dayS] = [2 ** 30, 86_400];

export interface Need {
  readonly pools: number;
  readonly opsPerSecond: number;
  readonly hubProcessors: number;
  readonly postgresProcessors: number;
  readonly databaseGiB: number;
  readonly objectGiB: number;
  readonly memoryGiB: number;
  readonly connections: number;
  readonly newsPerSecond: number;
  /** A hub's process is one thread: as many as it takes for processors, and for connections. */
  readonly processes: number;
  readonly postgresServers: number;
  readonly natsServers: number;
  readonly bottleneck: string;
  readonly costs: Readonly<Record<"processors" | "memory" | "disk" | "object storage", number>>;
  readonly monthly: number;
}

export function needOf(pools: number, measured: Measured): Need {
  const perSecond = (perDay: number) => (pools * perDay * assumed.peak) / dayS;
  const [ops, syncs, looks] = [perSecond(assumed.opsPerDay), perSecond(assumed.syncsPerDay), perSecond(assumed.looksPerDay)];
  const busy = (syncMs: number, lookMs: number, opUs: number) => (syncs * syncMs + looks * lookMs) / 1_000 + (ops * opUs) / 1e6;
  const hubProcessors = busy(measured.hubSyncMs, measured.hubLookMs, measured.hubOpUs) / assumed.load;
  const postgresProcessors = busy(measured.postgresSyncMs, measured.postgresLookMs, measured.postgresOpUs) / assumed.load;
  const operations = pools * assumed.opsPerDay * 365 * assumed.years;
  // A third of three years is younger than a year; before there is a second server, nothing is worth moving.
  const opBytes = measured.opBytes + assumed.searched * (measured.opBytesFindable - measured.opBytes);
  const hot = (operations * opBytes) / gib;
  const cold = hot > machines.postgresGiB ? (operations * ((assumed.years - 1) / assumed.years) * measured.payloadBytes) / gib : 0;
  const databaseGiB = hot - cold;
  const connections = pools * assumed.live;
  const processes = Math.max(1, Math.ceil(hubProcessors), Math.ceil(connections / machines.processConnections));
  const memoryGiB = (processes * measured.processBytes + connections * measured.connectionBytes + pools * measured.poolBytes) / gib;
  const wanted = {
    "PostgreSQL's processors": postgresProcessors / machines.processors,
    "PostgreSQL's disk": databaseGiB / machines.postgresGiB,
    "PostgreSQL's connections": (processes * machines.hubConnections) / machines.postgresConnections,
  };
  const postgresServers = Math.max(1, ...Object.values(wanted).map(Math.ceil));
  const news = { "the news": syncs / (measured.newsPerSecond * assumed.load) };
  const hub = { "a hub's one thread": hubProcessors, "kept connections": connections / machines.processConnections };
  const costs = {
    processors: (hubProcessors + postgresProcessors * prices.copies) * prices.processor,
    memory: memoryGiB * prices.memoryGiB,
    disk: databaseGiB * prices.diskGiB * prices.copies,
    "object storage": cold * prices.objectGiB,
  };
  return {
    pools,
    opsPerSecond: ops,
    hubProcessors,
    postgresProcessors,
    databaseGiB,
    objectGiB: cold,
    memoryGiB,
    connections,
    newsPerSecond: syncs,
    processes,
    postgresServers,
    natsServers: Math.max(1, Math.ceil(news["the news"])),
    bottleneck: highest({ ...wanted, ...news, ...hub }),
    costs,
    monthly: Object.values(costs).reduce((sum, cost) => sum + cost, 0),
  };
}

/** Of what one process or one server can do, what is used most. */
function highest(shares: Readonly<Record<string, number>>): string {
  const [[name, share] = ["", 0]] = Object.entries(shares).sort(([, left], [, right]) => right - left);
  return `${name}: ${share < 0.095 ? `${Math.max(1, Math.round(share * 100))} %` : `${share.toFixed(1)} times one`}`;
}

/** Which engine serves so many: what takes over is the first that has to be more than one. */
export function enginesOf({ processes, postgresServers, natsServers, objectGiB }: Need): string {
  const parts = [
    processes === 1 ? "one process" : `${processes.toLocaleString("en")} processes`,
    postgresServers === 1 ? "one PostgreSQL" : `PostgreSQL distributed by pool over ${postgresServers.toLocaleString("en")} servers`,
    ...(processes === 1 ? [] : [natsServers === 1 ? "NATS" : `NATS, ${natsServers.toLocaleString("en")} clusters joined`]),
    ...(objectGiB > 0 ? ["old payloads in object storage"] : []),
  ];
  return parts.join("; ");
}
