/** A home served over HTTP on loopback, as `fablepool serve` serves it. */
import type { TestContext } from "node:test";
import { mcpEndpoint, mcpPath } from "../../src/mcp/index.ts";
import { nativeCrypto, openAdmissions, system } from "../../src/node/index.ts";
import { startServer } from "../../src/server/index.ts";
import { type House, house } from "../node/assistants/house.ts";

export interface Served extends House {
  readonly url: URL;
  /** What failed for want of a reason that an assistant could be told. */
  readonly defects: unknown[];
}

type More = Pick<Parameters<typeof mcpEndpoint>[0], "register"> & {
  readonly before?: (request: Request) => Request;
  /** What the clock stands at. */
  readonly now?: string;
};

/** `before` sees every request first. */
export async function served(
  context: Pick<TestContext, "after">,
  { before = (request) => request, now, ...more }: More = {},
): Promise<Served> {
  const at = await house(context, now);
  const news = await openAdmissions(at.node.replica);
  const defects: unknown[] = [];
  const mcp = mcpEndpoint({ node: at.node, ask: async () => null, news, report: (error) => defects.push(error), ...more });
  const server = await startServer({
    handler: async () => ({ type: "error", error: "no sync here", code: "unauthorized" }),
    knows: async () => false,
    self: at.node.writer,
    crypto: nativeCrypto,
    ...system,
    host: "127.0.0.1",
    port: 0,
    beside: [{ path: mcpPath, answer: (request) => mcp.answer(before(request)) }],
  });
  context.after(async () => {
    await mcp.close();
    await server.close();
    await news.close();
  });
  return Object.assign(at, { url: new URL(`${server.url}${mcpPath}`), defects });
}
