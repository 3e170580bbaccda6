/** A server on a port of its own that says what texts mean, as OpenAI's does: here, how often each of a few themes is met in them. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

const themes = [
  ["sea", "harbour", "boat", "sailing", "regatta"],
  ["doctor", "clinic", "ill", "flu", "fever"],
  ["bread", "oven", "baking", "dough", "loaf"],
];

export interface EmbeddingServer {
  readonly url: string;
  /** The texts of each request. */
  readonly asked: string[][];
  /** What it answers instead, from now on. */
  say(body: string): void;
}

export async function embeddingServer(context: TestContext): Promise<EmbeddingServer> {
  const asked: string[][] = [];
  let said: string | null = null;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { input } = JSON.parse(body) as { input: string[] };
    asked.push(input);
    const data = input.map((text, index) => ({ index, embedding: meaningOf(text) })).reverse();
    response.end(said ?? JSON.stringify({ object: "list", data }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    asked,
    say(body) {
      said = body;
    },
  };
}

function meaningOf(text: string): number[] {
  const words = text.toLowerCase().split(/\W+/);
  return [...themes.map((theme) => words.filter((word) => theme.includes(word)).length), 0.1];
}
