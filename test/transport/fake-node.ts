/** A server that answers every request as `reply` says, signed by hand: what an honest, broken or hostile node may send. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fields, type Key, signedReplyFields } from "./by-hand.ts";

export interface Asked {
  readonly fields: IncomingMessage["headers"];
  readonly content: Buffer;
  readonly message: Record<string, unknown>;
  readonly signed: boolean;
  /** The connection's, at the client's end. */
  readonly port: number | undefined;
  /** How many requests came before. */
  readonly index: number;
}

export interface Answer {
  readonly message?: unknown;
  /** Instead of the message's JSON. */
  readonly content?: Uint8Array | string;
  readonly status?: number;
  /** When another is signed than is sent. */
  readonly signedStatus?: number;
  readonly created?: number;
  readonly key?: Key;
  /** Signed as the answer to another request than the one that came. */
  readonly request?: { readonly authority?: string; readonly digest?: string; readonly signature?: string | undefined };
  /** The header, after it was signed. */
  readonly change?: (fields: Fields) => Fields;
  /** Content in the signed one's place. */
  readonly sent?: Uint8Array | string;
}

export interface FakeNode {
  readonly url: string;
  readonly asked: Asked[];
  /** Ends all connections. */
  hangUp(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `reply` returns null to answer nothing at all. */
export async function fakeNode(key: Key, reply: (asked: Asked) => Answer | null | Promise<Answer>): Promise<FakeNode> {
  const asked: Asked[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    const plain = incoming.headers["content-encoding"] ? "{}" : content.toString();
    const signed = incoming.headers["signature"] !== undefined;
    const port = incoming.socket.remotePort;
    const one = { fields: incoming.headers, port, content, message: JSON.parse(plain), signed, index: asked.length };
    asked.push(one);
    const answer = await reply(one);
    if (answer !== null) send(outgoing, one, answer, key);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hangUp: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An honest greeting. */
export function greeting(key: Key): Answer {
  return { message: { type: "hello", protocol: "fpl-sync/1", node: key.did } };
}

function send(outgoing: ServerResponse, { fields }: Asked, answer: Answer, own: Key): void {
  const content = answer.content ?? JSON.stringify(answer.message);
  const status = answer.status ?? 200;
  const request = {
    authority: String(fields.host),
    digest: String(fields["content-digest"]),
    signature: fields["signature"] as string | undefined,
    ...answer.request,
  };
  const signed = signedReplyFields({
    key: answer.key ?? own,
    status: answer.signedStatus ?? status,
    content,
    request,
    ...(answer.created ? { created: answer.created } : {}),
  });
  outgoing.writeHead(status, answer.change ? answer.change(signed) : signed).end(answer.sent ?? content);
}
