import { open } from "node:fs/promises";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import { exportLog, importLog, linesOf, listOperations, namesOf, systemWords } from "../../node/index.ts";
import { action } from "../context.ts";
import { emptyWords } from "../empty.ts";
import { exitCodes } from "../output.ts";
import { authorText, counted, opSentence, shortId, table, timeText } from "../text.ts";
import { toCount } from "../values.ts";
import { writeLines } from "../write-lines.ts";

/** `log`, `export` and `import-log`: the log itself. */
export function logCommands(program: Command): void {
  const log = program
    .command("log")
    .summary("see the log, newest first")
    .description("Lists operations of every kind, newest first.")
    .option("--limit <number>", "at most so many", toCount, 30);
  action<[{ limit: number }]>(log, async ({ output, withNode }, { limit }) => {
    const { ops, names, empty } = await withNode(async (node) => ({
      ops: await listOperations(node.replica, limit),
      names: await node.replica.store.read(namesOf),
      empty: await emptyWords(node, "no operations yet"),
    }));
    const rows = ops.map((op) => [shortId(op.op_id), timeText(op.ts), authorText(op.author, names), op.type, opSentence(op)]);
    output.result(ops, table(rows));
    if (ops.length === 0) output.note(empty);
    return undefined;
  });
  exportCommand(program);
  importLogCommand(program);
}

function exportCommand(program: Command): void {
  const command = program
    .command("export")
    .summary("write the whole log to a file")
    .description(
      "Writes every operation as one JSON line, in causal order: a backup that any implementation of the protocol can read.\n" +
        "It holds what your sources said in the clear: keep it where you would keep them.",
    )
    .argument("[file]", "where to (default: standard output)")
    .option("--force", "overwrite the file");
  action<[string | undefined, { force?: boolean }]>(command, async ({ output, signal, withNode }, file, { force }) => {
    const count = await withNode((node) => writeLines(exportLog(node.replica), file, { output, signal, force: force === true }));
    if (file === undefined) return undefined;
    output.result({ file, operations: count }, `exported ${counted(count, "operation")} to ${file}`);
    return undefined;
  });
}

function importLogCommand(program: Command): void {
  const command = program
    .command("import-log")
    .summary("take in operations that `export` wrote")
    .description("Reads a log file and takes in what is missing here, each operation verified like one from a peer.")
    .argument("<file>", "what `fablepool export` wrote");
  action<[string]>(command, async ({ output, signal, withNode }, path) => {
    const file = await open(path).catch((error: unknown) => {
      throw new PoolError("not_found", `can't open ${path}: ${systemWords(error)}`, {}, { cause: error });
    });
    try {
      if ((await file.stat()).isDirectory())
        throw new PoolError("usage", `${path} is a folder: name the file that \`fablepool export\` wrote`);
      const report = await withNode((node) => importLog(node.replica, linesOf(file), signal));
      for (const { line, op, reason } of report.rejected.slice(0, 20))
        output.problem(`${path}: line ${line}: ${op ? `${shortId(op)}: ` : ""}${reason}`);
      const { accepted, known, rejected, deferred } = report;
      output.result(report, `${accepted} new, ${known} known already, ${rejected.length} rejected, ${deferred} waiting for others`);
      if (signal.aborted) return exitCodes.interrupted;
      return rejected.length + deferred > 0 ? exitCodes.partly : exitCodes.done;
    } finally {
      await file.close();
    }
  });
}
