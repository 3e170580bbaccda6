/** Real clients of the protocol, in both of its eras, over both transports. */
import type { TestContext } from "node:test";
import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { program } from "../e2e/command.ts";

export type Era = "legacy" | "modern";
export const eras = ["legacy", "modern"] as const satisfies readonly Era[];

export interface ClientHas {
  readonly era?: Era;
  /** Answers for its user when it is asked; without it the client can't ask. */
  readonly user?: (message: string) => "yes" | "no" | "unticked";
  /** When its session (of 2025) gets an event stream of its own; until then it is told something in answers to its calls only. */
  readonly streamFrom?: Promise<void>;
}

export async function overHttp(context: Pick<TestContext, "after">, url: URL, token: string, has: ClientHas = {}): Promise<Client> {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  return connected(
    context,
    new StreamableHTTPClientTransport(url, {
      requestInit,
      fetch: async (to, init) => {
        if (init?.method === "GET") await has.streamFrom;
        return fetch(to, init);
      },
    }),
    has,
  );
}

export async function overStdio(context: Pick<TestContext, "after">, home: string, name: string, has: ClientHas = {}): Promise<Client> {
  const args = [program, "--home", home, "mcp", "--as", name];
  return connected(context, new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }), has);
}

async function connected(
  context: Pick<TestContext, "after">,
  transport: Parameters<Client["connect"]>[0],
  { era = "legacy", user }: ClientHas,
) {
  const options: ClientOptions = {
    capabilities: user === undefined ? {} : { elicitation: { form: {} } },
    versionNegotiation: { mode: era === "modern" ? { pin: "2026-07-28" } : "legacy" },
  };
  const client = new Client({ name: "test", version: "1" }, options);
  if (user !== undefined) {
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      const says = user(params.message);
      return says === "no" ? { action: "decline" } : { action: "accept", content: { agree: says === "yes" } };
    });
  }
  await client.connect(transport);
  context.after(() => client.close());
  return client;
}

export interface Called {
  readonly isError: boolean;
  readonly text: string;
  /** What a program reads. */
  readonly data: Readonly<Record<string, unknown>>;
}

export async function call(client: Client, name: string, asked: Record<string, unknown> = {}): Promise<Called> {
  const { isError = false, content, structuredContent = {} } = await client.callTool({ name, arguments: asked });
  const [first] = content;
  return { isError, text: first?.type === "text" ? first.text : "", data: structuredContent as Called["data"] };
}
