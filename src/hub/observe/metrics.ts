/** A hub's metrics, in a registry of its own. docs/metrics.md lists them; no label has a value that whoever asks could choose. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface MetricsOptions {
  /** Asked when the metrics are read. */
  readonly openPools: () => number;
  readonly liveConnections: () => number;
  readonly isNewsConnected: () => boolean;
  /** Seconds that the event loop was held up, at the worst, since this was last asked. */
  readonly loopDelaySeconds: () => number;
}

export type HubMetrics = ReturnType<typeof hubMetrics>;

/** Seconds. A small sync has some four requests; what takes over 10 s is given up by whoever asked. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function hubMetrics(options: MetricsOptions) {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `fablepool_hub_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Histogram({ name: `fablepool_hub_${name}`, help, labelNames, registers, buckets: secondsBuckets });
  const gauge = (name: string, help: string, ask: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(ask());
      },
    });
  gauge("fablepool_hub_open_pools", "Pools that this process has open.", options.openPools);
  gauge("fablepool_hub_live_connections", "Connections that this process keeps (live/1).", options.liveConnections);
  gauge("fablepool_hub_news_connected", "1 while this process hears what others admit.", () => Number(options.isNewsConnected()));
  gauge("process_resident_memory_bytes", "Memory of the process.", () => process.memoryUsage.rss());
  gauge("process_start_time_seconds", "When the process began, since the epoch.", () => Math.round(performance.timeOrigin / 1_000));
  gauge("nodejs_eventloop_lag_max_seconds", "The longest hold-up of the event loop since the last reading.", options.loopDelaySeconds);
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Time on a processor, user and system.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  return {
    registry,
    requests: counter("requests_total", "Messages answered, by type, HTTP status and code.", "type", "status", "code"),
    requestSeconds: histogram("request_seconds", "Time from a message's header to its reply.", "type"),
    receivedBytes: counter("received_bytes_total", "Bytes of messages, as they came."),
    sentBytes: counter("sent_bytes_total", "Bytes of replies, as they went."),
    operations: counter("operations_total", "Operations pushed, by what became of them.", "outcome"),
    storeSeconds: histogram("store_seconds", "Time of one transaction, its wait for a turn included.", "kind"),
    storeFailures: counter("store_failures_total", "Transactions, and questions of the job queue, that the database failed.", "kind"),
    news: counter("news_total", "News of pools, told to other processes and heard from them.", "direction"),
    jobs: counter("jobs_total", "Jobs ended, by name and outcome.", "job", "outcome"),
    jobSeconds: histogram("job_seconds", "Time that a job took.", "job"),
    ready: new Gauge({ name: "fablepool_hub_ready", help: "1 while the process may be asked.", registers }),
  };
}
