/**
 * Simulated histories on PostgreSQL. A history runs on memory, and what its disks were asked is asked of stores in PostgreSQL, one for
 * each disk, in the same transactions: as long as every answer is the same, so is what the devices do with it, and the history is the
 * one that they would have had there. A process that dies in a transaction has its connection ended by the server in that
 * transaction; one that dies between two, between them. A disk that is put back or copied is rows that are copied; bits that change
 * are words that a superuser writes into a row.
 */
import { isDeepStrictEqual } from "node:util";
import { canonical } from "../src/core/codec/canonical.ts";
import type { Json } from "../src/core/ports.ts";
import { type OrderedJson, openMemoryStore, type Reader, type Store } from "../src/store/index.ts";
import { openPostgres, type PostgresDatabase } from "../src/store/postgres/index.ts";
import { sorted, stateOf } from "../src/testkit/store-contract-state.ts";
import { copyPool } from "../test/store/copy-pool.ts";
import { onServer, type TestDatabase } from "../test/store/postgres-server.ts";
import type { Script } from "./actions.ts";
import { type Call, Diary, type Entry } from "./diary.ts";
import { type HistoryOptions, type Outcome, runHistory } from "./history.ts";

/** Thrown in a transaction that is to leave nothing. */
class GivenUp extends Error {}

interface Running {
  readonly database: PostgresDatabase;
  readonly store: Store;
  /** What its connections are known by. */
  readonly application: string;
}

/** Runs a script, and what its disks were asked on PostgreSQL; an answer that differs is a finding of the check `postgres`. */
export async function runOnPostgres(
  script: Script,
  server: TestDatabase,
  options: HistoryOptions = {},
): Promise<Outcome & { calls: number }> {
  const diary = new Diary();
  const outcome = await runHistory(script, { ...options, diary });
  const disks = new PostgresDisks(server, `${script.seed} ${runs++}`);
  try {
    for (const entry of diary.entries) await disks.live(entry);
    return { ...outcome, calls: disks.calls };
  } catch (error) {
    if (!(error instanceof Difference)) throw error;
    return { ...outcome, findings: [...outcome.findings, { check: "postgres", what: error.message }], calls: disks.calls };
  } finally {
    await disks.close();
  }
}

let runs = 0;

class Difference extends Error {}

class PostgresDisks {
  calls = 0;
  readonly #server: TestDatabase;
  readonly #name: string;
  /** The pool that is on a disk now, by the disk's number. */
  readonly #pools = new Map<number, string>();
  readonly #running = new Map<number, Running>();
  #made = 0;

  constructor(server: TestDatabase, name: string) {
    this.#server = server;
    this.#name = name;
  }

  async live(entry: Entry): Promise<void> {
    const { disk } = entry;
    switch (entry.do) {
      case "open":
        return this.#open(disk);
      case "kill":
        return this.#kill(disk);
      case "transaction":
        return this.#transaction(entry);
      case "keep":
        return copyPool(this.#server.unbound, await this.#poolOf(disk), [this.#kept(entry.name)]);
      case "put back":
        await this.#wipe(disk);
        return copyPool(this.#server.unbound, this.#kept(entry.name), [this.#pools.get(disk) as string]);
      case "wipe":
        return this.#wipe(disk);
      case "rot":
        return this.#rot(entry);
      case "end":
        return this.#compare(entry);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ database }) => database.close()));
  }

  #kept(name: string): string {
    return `${this.#name} ${name}`;
  }

  /** What is on the disk, made when there is nothing yet. */
  async #poolOf(disk: number): Promise<string> {
    const there = this.#pools.get(disk);
    if (there === undefined || !this.#running.has(disk)) await this.#open(disk);
    return this.#pools.get(disk) as string;
  }

  /** Another, empty disk; nothing has it open. */
  async #wipe(disk: number): Promise<void> {
    await this.#kill(disk);
    this.#pools.set(disk, `${this.#name} disk ${disk} ${this.#made++}`);
  }

  async #open(disk: number): Promise<void> {
    await this.#kill(disk);
    if (!this.#pools.has(disk)) await this.#wipe(disk);
    const application = `sim ${process.pid} ${this.#name} ${this.#made++}`;
    const url = new URL(this.#server.url);
    url.searchParams.set("application_name", application);
    // A server that is killed is another test's: here nothing may wait for a disk.
    const database = await openPostgres(url.href, { connections: 1, scratch: true });
    this.#running.set(disk, { database, application, store: await database.store(this.#pools.get(disk) as string) });
  }

  /** The server ends the process's connections, whatever they are in the middle of. */
  async #kill(disk: number): Promise<void> {
    const running = this.#running.get(disk);
    if (running === undefined) return;
    await this.#cut(running);
    await running.database.close();
    this.#running.delete(disk);
  }

  async #cut({ application }: Running): Promise<void> {
    const theirs = `FROM pg_stat_activity WHERE application_name = '${application}'`;
    await onServer(this.#server.unbound, `SELECT pg_terminate_backend(pid, 10000) ${theirs}`);
  }

  async #transaction(entry: Extract<Entry, { do: "transaction" }>): Promise<void> {
    // The death of a process is written down before the end of what it was in the middle of, and a dead reader hears nothing.
    const died = !this.#running.has(entry.disk);
    if (died && entry.end === "kept" && entry.kind === "read") return;
    if (died && entry.end === "cut") await this.#open(entry.disk);
    const running = this.#running.get(entry.disk);
    if (running === undefined) throw new Difference(`disk ${entry.disk} is asked and nothing has it open`);
    const work = async (asked: Reader) => {
      for (const call of entry.calls) await this.#call(asked, call);
      if (entry.end === "cut") await this.#cut(running);
      if (entry.end !== "kept") throw new GivenUp();
    };
    const done = entry.kind === "read" ? running.store.read(work) : running.store.write(work);
    await done.catch((error) => {
      if (!(error instanceof GivenUp)) throw error;
    });
    if (died) await this.#kill(entry.disk);
  }

  async #call(asked: Reader, { name, values, answer, threw }: Call): Promise<void> {
    this.calls++;
    const method = Reflect.get(asked, name) as (...values: readonly unknown[]) => Promise<unknown>;
    const outcome = await method.apply(asked, values as unknown[]).then(
      (found) => ({ found, failed: null }),
      (failed: unknown) => ({ found: null, failed }),
    );
    if (outcome.failed !== null && threw) throw new GivenUp();
    if (outcome.failed !== null || threw) throw new Difference(`${name}: failed with ${outcome.failed}, in memory ${threw}`);
    const [ours, theirs] = [alike(name, outcome.found), alike(name, answer)];
    if (!isDeepStrictEqual(ours, theirs)) {
      throw new Difference(`${name}(${told(values)}): ${told(ours)}\n   in memory ${told(theirs)}`);
    }
  }

  /** Over the trigger and the policies: what a disk does knows neither. */
  async #rot({ disk, op, payload }: Extract<Entry, { do: "rot" }>): Promise<void> {
    const pool = `(SELECT n FROM fablepool.pool WHERE name = '${await this.#poolOf(disk)}')`;
    const text = canonical(payload).replaceAll("'", "''");
    await onServer(
      this.#server.unbound,
      `SET session_replication_role = replica; UPDATE fablepool.op SET payload = '${text}' WHERE pool = ${pool} AND id = '\\x${op.slice(3)}'`,
    );
  }

  async #compare({ disk, tables }: Extract<Entry, { do: "end" }>): Promise<void> {
    await this.#open(disk);
    const [found, expected] = [await stateOf((this.#running.get(disk) as Running).store), await stateOf(openMemoryStore(tables))];
    for (const [part, value] of Object.entries(expected)) {
      const ours = found[part as keyof typeof found];
      if (!isDeepStrictEqual(ours, value))
        throw new Difference(`disk ${disk} in the end, ${part}: ${told(ours)}\n   in memory ${told(value)}`);
    }
    await this.#kill(disk);
  }
}

/** Answers whose order the contract leaves open, and whether something stands twice in them that was asked for twice. */
const unordered: ReadonlySet<string> = new Set([
  "refsTo",
  "refsFrom",
  "claimsOfStatements",
  "claimsOfTopics",
  "predicates",
  "claimCounts",
  "grantsTo",
]);

/** Answers with payloads, in which a store may write -0 as 0, and members in another order: canonical text does. */
const envelopes: ReadonlySet<string> = new Set(["envelopes", "ordered", "arrivals", "latest", "newest"]);

function alike(name: string, answer: unknown): unknown {
  // Which of more than were asked for is not said.
  if (name === "claimsOfPredicates") return (answer as readonly unknown[]).length;
  if (name === "controlLog") return Object.fromEntries(Object.entries(answer as object).map(([part, list]) => [part, sorted(list)]));
  if (name === "chains") return sorted(answer as readonly object[]);
  if (envelopes.has(name)) return JSON.parse(JSON.stringify(answer));
  if (name === "orderedJson") return { ...(answer as OrderedJson), json: (answer as OrderedJson).json.map((text) => JSON.parse(text)) };
  if (!unordered.has(name)) return answer;
  return new Set((answer as readonly Json[]).map((each) => canonical(each)));
}

function told(value: unknown): string {
  const plain = (_: string, each: unknown) => (each instanceof Map ? [...each] : each);
  return (JSON.stringify(value, plain) ?? "undefined").slice(0, 1_500);
}
