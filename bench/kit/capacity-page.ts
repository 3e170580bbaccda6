/** The tables of `docs/capacity.md`, from what was measured and the model. */
import { assumed, enginesOf, type Measured, machines, needOf, prices } from "./capacity-model.ts";
import { figure, table } from "./table.ts";

export const poolCounts: readonly number[] = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

const [kib, mib] = [1_024, 1_048_576];

export function capacityTables(measured: Measured): string {
  return [
    "### Measured",
    measuredTable(measured),
    "### Assumed",
    assumedTable(),
    "### Needed at the busiest time",
    neededTable(measured),
    "### Where the bottleneck is, what serves it, what it costs",
    enginesTable(measured),
  ].join("\n\n");
}

function measuredTable(measured: Measured): string {
  const { hubOpUs, postgresOpUs, hubSyncMs, postgresSyncMs, hubLookMs, postgresLookMs } = measured;
  return table(
    ["what", "figure"],
    [
      ["an operation in PostgreSQL, with indexes, bytes", figure(measured.opBytes)],
      ["the same with its words in the search index", figure(measured.opBytesFindable)],
      ["its payload, which may move elsewhere", figure(measured.payloadBytes)],
      ["what it adds to the write-ahead log, bytes", figure(measured.walBytes)],
      ["taking one in, in bulk: hub + PostgreSQL, µs of one processor", `${figure(hubOpUs, 1)} + ${figure(postgresOpUs, 1)}`],
      ["a sync that brings ten: hub + PostgreSQL, ms of one processor", `${figure(hubSyncMs, 2)} + ${figure(postgresSyncMs, 2)}`],
      ["a sync that finds nothing new, the same", `${figure(hubLookMs, 2)} + ${figure(postgresLookMs, 2)}`],
      ["memory of a hub's process, MiB", figure(measured.processBytes / mib)],
      ["for each pool that is open, KiB", figure(measured.poolBytes / kib)],
      ["for each kept connection, KiB", figure(measured.connectionBytes / kib)],
      ["news through one NATS server, a second", figure(measured.newsPerSecond)],
    ],
  );
}

function assumedTable(): string {
  return table(
    ["what", "value"],
    [
      ["devices of a pool, and of them connected at the busiest time", `${assumed.devices}, ${assumed.live}`],
      ["operations a day, kept for years", `${assumed.opsPerDay}, ${assumed.years}`],
      ["of all pools those whose hub searches for them (a mirror does not)", `${100 * assumed.searched} %`],
      ["syncs a day that bring something, and that do not", `${assumed.syncsPerDay}, ${assumed.looksPerDay}`],
      ["the busiest hour against the average; how busy a machine may be then", `${assumed.peak}, ${100 * assumed.load} %`],
      [
        "one PostgreSQL server: processors, GiB, connections",
        `${machines.processors}, ${machines.postgresGiB}, ${machines.postgresConnections}`,
      ],
      ["a process: its PostgreSQL connections, its kept connections", `${machines.hubConnections}, ${figure(machines.processConnections)}`],
      ["price a month of a processor, a GiB of memory", `${prices.processor}, ${prices.memoryGiB}`],
      ["of a GiB of disk, of a GiB of object storage", `${prices.diskGiB}, ${prices.objectGiB}`],
      ["servers that hold each row", `${prices.copies}`],
    ],
  );
}

function neededTable(measured: Measured): string {
  const rows = poolCounts.map((pools) => {
    const need = needOf(pools, measured);
    return [
      figure(pools),
      figure(need.opsPerSecond, need.opsPerSecond < 10 ? 1 : 0),
      figure(need.hubProcessors, need.hubProcessors < 10 ? 1 : 0),
      figure(need.postgresProcessors, need.postgresProcessors < 10 ? 1 : 0),
      figure(need.databaseGiB),
      figure(need.objectGiB),
      figure(need.memoryGiB, need.memoryGiB < 10 ? 1 : 0),
      figure(need.connections),
      figure(need.newsPerSecond, need.newsPerSecond < 10 ? 1 : 0),
    ];
  });
  const head = [
    "pools",
    "operations/s",
    "hub processors",
    "PostgreSQL processors",
    "database GiB",
    "object GiB",
    "memory GiB",
    "connections",
  ];
  return table([...head, "news/s"], rows);
}

function enginesTable(measured: Measured): string {
  const rows = poolCounts.map((pools) => {
    const need = needOf(pools, measured);
    const [[dearest, cost] = ["", 0]] = Object.entries(need.costs).sort(([, left], [, right]) => right - left);
    const costs = `${dearest}, ${figure((100 * cost) / need.monthly)} %`;
    return [figure(pools), need.bottleneck, enginesOf(need), figure(need.monthly), figure(need.monthly / pools, 3), costs];
  });
  return table(["pools", "used most", "served by", "a month", "a pool and month", "of it most"], rows);
}

const [begin, end] = ["<!-- by bench/capacity.ts, from here -->", "<!-- to here -->"];

/** The page with its tables made anew, whatever stands around them. */
export function intoPage(page: string, measured: Measured): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error("docs/capacity.md has lost the marks of its tables");
  return `${before}${begin}\n\n${capacityTables(measured)}\n\n${end}${after}`;
}
