/** A chat endpoint of the OpenAI kind, on a port of its own, that says what a test has it say. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** What a question holds, as a server sees it. */
export interface Question {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly model: string;
  readonly system: string;
  readonly items: readonly { readonly id: string; readonly kind: string; readonly day?: string; readonly text: string }[];
}

/** What it answers: claims, in the form that is asked for; or whatever it likes. */
export type Answer = (question: Question, response: ServerResponse) => readonly object[] | undefined | Promise<undefined>;

export async function chatServer(context: TestContext, answer: Answer): Promise<{ readonly url: string; readonly questions: Question[] }> {
  const questions: Question[] = [];
  const server = createServer(async (request, response) => {
    const question = await questionIn(request);
    questions.push(question);
    const claims = await answer(question, response);
    if (claims !== undefined) response.end(replyOf(JSON.stringify({ claims })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, questions };
}

async function questionIn(request: IncomingMessage): Promise<Question> {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { model, messages } = JSON.parse(body) as { model: string; messages: { content: string }[] };
  const [system, user] = messages.map(({ content }) => content);
  const { items } = JSON.parse(user ?? "") as Pick<Question, "items">;
  return { path: request.url ?? "", authorization: request.headers.authorization, model, system: system ?? "", items };
}

export function replyOf(content: string): string {
  return JSON.stringify({ id: "chat-1", object: "chat.completion", choices: [{ index: 0, message: { role: "assistant", content } }] });
}

/** A claim as a model says it. */
export function saying(more: object): object {
  return {
    subject: "self",
    predicate: "preference.likes",
    object: "tea",
    confidence: 0.9,
    evidence: ["e1"],
    quote: "tea",
    why: "it says so",
    ...more,
  };
}
