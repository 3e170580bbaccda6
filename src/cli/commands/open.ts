import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import type { Admissions, Node } from "../../node/index.ts";
import { action, type Context, ended } from "../context.ts";
import { apiRoom, mcpRoom } from "../rooms.ts";
import { toPort } from "../values.ts";

/** The project's folder, from the sources and from what is built. */
const root = join(import.meta.dirname, "..", "..", "..");

/** Where it listens unless told otherwise: the same address each time, when nobody else has it. */
const usualPort = 7410;

/** `open`: the inspector. */
export function openCommand(program: Command): void {
  const command = program
    .command("open")
    .summary("look at your memory in a browser")
    .description(
      "Opens the inspector: what is believed and why, what your devices hold, whom you let see what. It is served by this\n" +
        "device itself, on this machine alone, until Ctrl-C; the address has a token that is new each time. Where there is no memory\n" +
        "yet the page offers to begin one. Your other devices can sync with this one meanwhile, and your assistants ask it at\n" +
        "/mcp, from this machine.",
    )
    .option("--port <number>", `the port; 0 takes a free one (default ${usualPort}, or a free one when that is taken)`, toPort)
    .option("--no-browser", "print the address, and open nothing");
  action<[{ port?: number; browser: boolean }]>(command, async (context, { port, browser }) => {
    const { output, signal } = context;
    const inspector = await start(context, port);
    const { address, url } = inspector;
    output.result({ url, address, token: inspector.token }, address);
    const opened = browser && !output.json && openBrowser(address);
    output.note(opened ? "opened in your browser; Ctrl-C ends it" : "open this address in your browser; Ctrl-C ends it");
    await ended(signal);
    output.note("closing");
    await inspector.close();
    return undefined;
  });
}

async function start({ home, output, given }: Context, port: number | undefined) {
  const pageFolder = await pageOf(output.note);
  const { startInspector } = await apiRoom();
  const { mcpEndpoint, mcpPath } = await mcpRoom();
  const onDefect = (error: unknown) =>
    output.problem(`a defect, please report it: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
  const options = {
    home,
    version: versionOf(),
    ask: given,
    pageFolder,
    sampleFolder: join(root, "demo", "sample"),
    beside: ({ node, admissions }: { node: Node; admissions: Admissions }) => {
      const mcp = mcpEndpoint({ node, ask: given, news: admissions, report: onDefect });
      return [{ path: mcpPath, answer: (request: Request) => mcp.answer(request), close: () => mcp.close() }];
    },
    onDefect,
  };
  if (port !== undefined) return startInspector({ ...options, port });
  try {
    return await startInspector({ ...options, port: usualPort });
  } catch (error) {
    if (!(error instanceof PoolError) || error.code !== "usage") throw error;
    return startInspector({ ...options, port: 0 });
  }
}

/** What was built; in a clone whatever is older than its sources is built first. */
async function pageOf(tell: (line: string) => void): Promise<string> {
  const builder = join(root, "scripts", "build-web.ts");
  if (!import.meta.filename.endsWith(".ts") || !existsSync(builder)) return join(root, "dist", "inspector");
  const { freshInspector } = (await import(pathToFileURL(builder).href)) as {
    freshInspector: (tell: (line: string) => void) => Promise<string>;
  };
  return freshInspector(tell);
}

function versionOf(): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
}

/** False where there is no browser to open. What the opener says is nobody's concern: the address is printed in any case. */
function openBrowser(address: string): boolean {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ["open", address],
    win32: ["rundll32", "url.dll,FileProtocolHandler", address],
  };
  const noScreen = process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"];
  if (noScreen) return false;
  const [program, ...args] = openers[process.platform] ?? ["xdg-open", address];
  const child = spawn(program, args, { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
  return true;
}
