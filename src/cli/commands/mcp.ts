import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import { openAdmissions, openAssistant } from "../../node/index.ts";
import { action, ended } from "../context.ts";
import { mcpRoom } from "../rooms.ts";

export function mcpCommand(program: Command): void {
  const command = program
    .command("mcp")
    .summary("answer an assistant over standard input and output")
    .description(
      "Speaks the Model Context Protocol with the program that started it, as one of your assistants. Clients start this themselves:\n" +
        "`fablepool assistant add` prints what they need to know. It ends when its input does. Over HTTP: fablepool serve.",
    )
    .requiredOption("--as <name>", "which assistant");
  action<[{ as: string }]>(command, async ({ home, askOnce, signal, output, withNode }, { as }) => {
    return withNode(async (node) => {
      const role = await node.role();
      if (role !== "full" && role !== "mirror")
        throw new PoolError("role", `only a full or mirror device answers assistants; this one is ${role ?? "no device of a pool yet"}`);
      const assistant = await openAssistant(home, as, askOnce);
      const { serveAssistant } = await mcpRoom();
      const news = await openAdmissions(node.replica);
      const report = (error: unknown) => output.problem(`fablepool mcp: ${error instanceof Error ? error.message : error}`);
      const serving = serveAssistant({ node, assistant, news, input: process.stdin, output: process.stdout, report });
      await Promise.race([ended(signal), serving.ended]);
      await serving.close();
      await news.close();
      process.stdin.destroy();
      return undefined;
    });
  });
}
