/** Models that the program may ask, in this process: one that talks, one that says what texts mean. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { replyOf, saying } from "../derive/chat-server.ts";

let address: Promise<string> | null = null;

/** Where both answer, in the manner of OpenAI's: `http://127.0.0.1:1234/v1`. It does not keep this process from ending. */
export function modelsAt(): Promise<string> {
  address ??= new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      const asked = JSON.parse(body) as { input?: string[]; messages?: { content: string }[] };
      if (asked.input !== undefined) response.end(JSON.stringify({ data: asked.input.map(meaningOf) }));
      else response.end(replyOf(JSON.stringify({ claims: [claimFrom(asked.messages?.[1]?.content ?? "")] })));
    });
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`));
    server.unref();
  });
  return address;
}

/** Some numbers that follow from a text. */
function meaningOf(text: string, index: number) {
  return { index, embedding: Array.from({ length: 8 }, (_, at) => ((text.charCodeAt(at % text.length) || 1) % 17) - 8) };
}

/** What the first item says is liked there. */
function claimFrom(question: string): object {
  const { items } = JSON.parse(question) as { items: { id: string; text: string }[] };
  const { id = "", text = "" } = items[0] ?? {};
  return saying({ object: text.slice(0, 60), evidence: [id], quote: text.slice(0, 30) });
}
