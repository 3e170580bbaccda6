/** How an assistant's program is told of this memory: the lines that common clients want, ready to be pasted. */

export interface Connection {
  /** The program that a client starts, and its arguments. */
  readonly command: string;
  readonly args: readonly string[];
  /** Where it is asked over HTTP while `fablepool serve` runs. */
  readonly url: string;
  readonly token: string;
}

export interface ClientConfiguration {
  /** What `--client` calls it. */
  readonly client: string;
  readonly title: string;
  /** Where the lines go. */
  readonly where: string;
  readonly lines: string;
}

export function clientConfigurations(connection: Connection): ClientConfiguration[] {
  const { command, args, url, token } = connection;
  const header = `Authorization: Bearer ${token}`;
  const line = [command, ...args].map(quoted).join(" ");
  const started = { mcpServers: { fablepool: { command, args } } };
  return [
    {
      client: "claude-desktop",
      title: "Claude Desktop",
      where: "Settings → Developer → Edit Config (claude_desktop_config.json), then start it anew",
      lines: pretty(started),
    },
    { client: "claude-code", title: "Claude Code", where: "run in a terminal", lines: `claude mcp add fablepool -- ${line}` },
    { client: "cursor", title: "Cursor", where: "~/.cursor/mcp.json", lines: pretty(started) },
    {
      client: "vscode",
      title: "VS Code",
      where: ".vscode/mcp.json of a folder, or “MCP: Open User Configuration”",
      lines: pretty({ servers: { fablepool: { type: "stdio", command, args } } }),
    },
    { client: "stdio", title: "Any other client", where: "a command that speaks MCP over its input and output", lines: line },
    {
      client: "http",
      title: "Over HTTP",
      where: "while `fablepool serve` runs; on this machine only. Keep the token: whoever has it is this assistant",
      lines: `${url}\n${header}`,
    },
  ];
}

function pretty(value: object): string {
  return JSON.stringify(value, null, 2);
}

/** A word of a command line, as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
