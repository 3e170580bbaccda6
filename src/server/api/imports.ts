/** Imports of this run: one at a time, each with its progress, its report, and a way to end it. */
import { PoolError } from "../../core/errors.ts";
import { type DeriveReport, deriveClaims, type ImportReport, importFiles, indexArrivals, type Node, oneLine } from "../../node/index.ts";
import { Refused } from "../refused.ts";
import type { ImportJob, ImportProblem } from "./contract.ts";
import type { EventHub } from "./event-hub.ts";
import { newToken } from "./guard.ts";

/** What is imported. */
export interface Intake {
  readonly paths: readonly string[];
  /** Left out of what is told of a file. */
  readonly folder: string;
  readonly sample: boolean;
  /** Called when it is over. */
  readonly remove: () => void;
}

const jobsKept = 20;
const problemsShown = 1_000;
/** Milliseconds between two words of progress. */
const tellMs = 100;

interface Running {
  job: ImportJob;
  readonly stop: AbortController;
  done: Promise<void>;
}

export class Imports {
  readonly #events: EventHub;
  readonly #onDefect: (error: unknown) => void;
  /** The newest last. */
  readonly #jobs = new Map<string, Running>();

  constructor(events: EventHub, onDefect: (error: unknown) => void) {
    this.#events = events;
    this.#onDefect = onDefect;
  }

  list(): ImportJob[] {
    return [...this.#jobs.values()].map(({ job }) => job).reverse();
  }

  /** Throws `not_found`. */
  find(id: string): ImportJob {
    return this.#find(id).job;
  }

  /** Throws `Refused`, 409, while another one is under way: the owner then decides which of them is wanted. */
  checkIdle(): void {
    if ([...this.#jobs.values()].some(({ job }) => job.ended === null)) {
      throw new Refused(409, "bad_request", "an import is under way: wait for it, or cancel it");
    }
  }

  /** Begins one; resolves at once. Throws what `checkIdle` throws. */
  begin(node: Node, intake: Intake): ImportJob {
    this.checkIdle();
    const running: Running = { job: freshJob(node, intake), stop: new AbortController(), done: Promise.resolve() };
    this.#jobs.set(running.job.id, running);
    for (const id of [...this.#jobs.keys()].slice(0, -jobsKept)) this.#jobs.delete(id);
    running.done = this.#run(node, intake, running);
    return running.job;
  }

  /** Ends one: what was written stays. Of one that is over nothing changes. */
  async cancel(id: string): Promise<ImportJob> {
    const running = this.#find(id);
    running.stop.abort();
    await running.done;
    return running.job;
  }

  async close(): Promise<void> {
    for (const { stop } of this.#jobs.values()) stop.abort();
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  #find(id: string): Running {
    const found = this.#jobs.get(id);
    if (found === undefined) throw new PoolError("not_found", "there is no such import in this run");
    return found;
  }

  async #run(node: Node, intake: Intake, running: Running): Promise<void> {
    const tell = this.#teller(running);
    const { signal } = running.stop;
    const shown = (problem: ImportProblem) => problemShown(problem, intake.folder);
    try {
      const report = await importFiles(node, intake.paths, {
        signal,
        within: intake.folder,
        onProgress: ({ files, of, items }) => tell({ files: { done: files, of }, items }),
        onProblems: (found) => {
          const problems = [...running.job.problems, ...found.map(shown)].slice(0, problemsShown);
          tell({ problems, problems_total: running.job.problems_total + found.length });
        },
      });
      const files = { done: report.files, of: Math.max(report.files, running.job.files.of) };
      tell({ files, items: report.added + report.changed + report.unchanged, report: reportOf(report, shown) });
      await indexArrivals(node.replica, signal);
      const fresh = report.added + report.changed > 0 && !report.interrupted && (await node.role()) === "full";
      if (fresh) tell({ state: "deriving" });
      const derived = fresh ? await deriveClaims(node, { signal }) : null;
      if (derived) await indexArrivals(node.replica, signal);
      const state = report.interrupted || derived?.interrupted ? "cancelled" : "done";
      tell({ state, derived: derived && derivedOf(derived), ended: node.writer.clock() });
    } catch (error) {
      const known = error instanceof PoolError;
      if (!known) this.#onDefect(error);
      const failure = known ? { code: error.code, message: error.message.replaceAll(intake.folder, "") } : defect;
      tell({ state: "failed", error: failure, ended: node.writer.clock() });
    } finally {
      intake.remove();
    }
  }

  /** Changes the job, and tells it: at once when its state changes, else now and then. */
  #teller(running: Running): (news: Partial<ImportJob>) => void {
    let told = 0;
    return (news) => {
      running.job = { ...running.job, ...news };
      const now = performance.now();
      if (news.state === undefined && now - told < tellMs) return;
      told = now;
      this.#events.tell("import", { job: running.job });
    };
  }
}

const defect = { code: "internal", message: "something went wrong here that should not: it is a defect of this program" };

function freshJob(node: Node, { sample }: Intake): ImportJob {
  return {
    id: newToken().slice(0, 16),
    state: "reading",
    sample,
    started: node.writer.clock(),
    ended: null,
    files: { done: 0, of: 0 },
    items: 0,
    problems: [],
    problems_total: 0,
    report: null,
    derived: null,
    error: null,
  };
}

/** File names and reasons come from files: shown in one line, without characters that could pass for others. */
function problemShown({ file, position, reason }: ImportProblem, folder: string): ImportProblem {
  const name = file.startsWith(folder) ? file.slice(folder.length + 1) : file;
  return { file: oneLine(name, 300), position: oneLine(position, 100), reason: oneLine(reason.replaceAll(folder, ""), 500) };
}

function reportOf({ problems, ...report }: ImportReport, shown: (problem: ImportProblem) => ImportProblem) {
  return {
    ...report,
    formats: { ...report.formats },
    problems: problems.slice(0, problemsShown).map(shown),
    problems_total: problems.length,
  };
}

function derivedOf({ failed, ...report }: DeriveReport) {
  return { ...report, failed: failed.map(({ deriver, reason }) => ({ deriver, reason: oneLine(reason, 300) })) };
}
