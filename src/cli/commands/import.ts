import type { Command } from "commander";
import { type ImportReport, importFiles, indexArrivals } from "../../node/index.ts";
import { action } from "../context.ts";
import { exitCodes } from "../output.ts";
import { counted, oneLine } from "../text.ts";
import { derivedText, deriveShown } from "./derive.ts";

export function importCommand(program: Command): void {
  const command = program
    .command("import")
    .summary("take in your own files as evidence")
    .description(
      "Recognises by their content: calendars, notes, photos (their metadata), contacts, mail, chats (WhatsApp, Telegram, Instagram,\n" +
        "SMS and calls), places, Apple Health, web activity, and what assistants remember (ChatGPT, Claude, MCP memory, mem0);\n" +
        "single files, whole folders and zip archives.\n" +
        "What was imported before adds nothing; what changed since becomes a new version that names the old one.\n" +
        "A file or item that can't be read is told in one line, and everything else is imported; exit code 1 says that there was one, or\n" +
        "that nothing was of a known format. Ctrl-C keeps what was done.\n" +
        "Then the rules say what follows from it (see `fablepool derive`).",
    )
    .argument("<path...>", "files and folders")
    .option("--again", "take in what was forgotten, too")
    .option("--no-derive", "only take in; leave it to `fablepool derive` to say what follows");
  action<[string[], { again?: boolean; derive: boolean }]>(command, async ({ output, signal, withNode }, paths, { again, derive }) => {
    const unknown: string[] = [];
    const { report, derived } = await withNode(async (node) => {
      const report = await importFiles(node, paths, {
        signal,
        again: again === true,
        onProgress: ({ files, of, items }) =>
          output.progress(`${files}/${counted(of, "file")}, ${counted(items, "item")}`, files / Math.max(of, 1)),
        onSkipped: (path) => void (unknown.length < shownEach && unknown.push(path)),
        onProblems: (problems) => {
          for (const line of problemLines(problems)) output.problem(line);
        },
      });
      await indexArrivals(node.replica, signal);
      const fresh = report.added + report.changed > 0 && !report.interrupted && (await node.role()) === "full";
      return { report, derived: derive && fresh ? await deriveShown(node, output, signal) : null };
    });
    const { files, skipped, added, changed, unchanged, forgotten, problems, interrupted } = report;
    if (forgotten > 0) output.note(`left out, because forgotten here: ${counted(forgotten, "item")} (--again takes them in)`);
    const parts = [`${added} new`, `${changed} changed`, `${unchanged} known already`, counted(problems.length, "problem")];
    const formats = Object.entries(report.formats).map(([title, count]) => `${count} ${title}`);
    if (formats.length > 0) output.note(`recognised: ${formats.join(", ")}`);
    if (skipped > 0 && skipped <= shownEach) output.note(`of no known format: ${unknown.map((path) => oneLine(path, 300)).join(", ")}`);
    const skips = skipped > 0 ? ` (${skipped} of no known format)` : "";
    const said = `${interrupted ? "interrupted after" : "imported"} ${counted(files, "file")}${skips}: ${parts.join(", ")}`;
    output.result({ ...report, derived }, derived ? `${said}\n${derivedText(derived)}` : said);
    if (interrupted || derived?.interrupted) return exitCodes.interrupted;
    const isNothing = skipped > 0 && formats.length === 0;
    return problems.length > 0 || isNothing ? exitCodes.partly : exitCodes.done;
  });
}

const shownEach = 3;

/** A line a problem; a file with many gets one line that says how many, and where the first is. */
function problemLines(problems: ImportReport["problems"]): string[] {
  const place = ({ position, reason }: ImportReport["problems"][number]) => `${position ? `${position}: ` : ""}${oneLine(reason, 300)}`;
  const [first] = problems;
  if (first === undefined) return [];
  if (problems.length <= shownEach) return problems.map((problem) => `${problem.file}: ${place(problem)}`);
  return [`${first.file}: ${problems.length} problems, the first at ${place(first)} (--json lists them all)`];
}
