/** An assistant's side of a memory: connect, recall, remember, be told of changes. Its owner makes the token, or the command, that it needs. */
import { Client, type ClientOptions, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { topicAddress } from "../resource-address.ts";
import type {
  About,
  AboutOptions,
  Confirmed,
  Corrected,
  Correcting,
  Forgotten,
  Questions,
  QuestionsOptions,
  Recalled,
  RecallOptions,
  Refuted,
  Remembered,
  Remembering,
  WhyAnswer,
} from "./answers.ts";
import { asPoolError, failureOf } from "./failures.ts";
import { watchResource } from "./watch.ts";

/** As `fablepool assistant config <name> --client http`, or `--client stdio`, prints it. */
export type MemoryAddress =
  | { readonly url: string | URL; readonly token: string }
  | { readonly command: string; readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> };

export interface ConnectOptions {
  /** Puts a question before the owner and gives their answer. Without it the owner is told how to do it themselves. */
  readonly askOwner?: (question: string) => Promise<boolean>;
  /** What this program is called; the owner does not see it, they gave it a name of their own. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

/** What is watched: one subject under one predicate, or all that may be read. */
export type Watched = { readonly subject: string; readonly predicate: string } | "everything";

/**
 * Every method rejects with `PoolError`: `unauthorized` when access ended or only the owner may do it, `not_found` for a claim that is not there or
 * may not be read, `rate`, `usage`, `interrupted` when the owner said no, `network` when the memory can't be reached.
 */
export interface MemoryClient {
  recall(question: string, options?: RecallOptions): Promise<Recalled>;
  about(options?: AboutOptions): Promise<About>;
  why(claim: string): Promise<WhyAnswer>;
  remember(claim: Remembering): Promise<Remembered>;
  correct(correction: Correcting): Promise<Corrected>;
  refute(claims: readonly string[], reason?: string): Promise<Refuted>;
  confirm(claims: readonly string[], reason?: string): Promise<Confirmed>;
  forget(claims: readonly string[]): Promise<Forgotten>;
  questions(options?: QuestionsOptions): Promise<Questions>;
  /** Calls `listener` after what is watched has changed; resolves once changes are told, with how to stop. */
  watch(what: Watched, listener: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Rejects with `PoolError`: `unauthorized` or `network`. */
export async function connectMemory(address: MemoryAddress, options: ConnectOptions = {}): Promise<MemoryClient> {
  const { askOwner, name = "fablepool/client", signal } = options;
  const clientOptions: ClientOptions = {
    capabilities: askOwner === undefined ? {} : { elicitation: { form: {} } },
    // Over a pipe a look at which protocol is spoken would start the memory twice.
    versionNegotiation: { mode: "url" in address ? "auto" : "legacy" },
  };
  const client = new Client({ name, version: "1" }, clientOptions);
  if (askOwner !== undefined) {
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      return (await askOwner(params.message)) ? { action: "accept", content: { agree: true } } : { action: "decline" };
    });
  }
  try {
    await client.connect(transportTo(address), signal === undefined ? {} : { signal });
  } catch (error) {
    throw asPoolError(error);
  }
  return clientOf(client);
}

function transportTo(address: MemoryAddress) {
  if ("url" in address) {
    return new StreamableHTTPClientTransport(new URL(address.url), {
      requestInit: { headers: { authorization: `Bearer ${address.token}` } },
    });
  }
  const { command, args = [], env } = address;
  return new StdioClientTransport({ command, args: [...args], stderr: "inherit", ...(env === undefined ? {} : { env: { ...env } }) });
}

/** Milliseconds for an answer that a person has to give first; the memory itself waits as long. */
const ownerMs = 600_000;

function clientOf(client: Client): MemoryClient {
  const ask = async <Answer>(tool: string, asked: object): Promise<Answer> => {
    const result = await client.callTool({ name: tool, arguments: { ...asked } }, { timeout: ownerMs }).catch((error) => {
      throw asPoolError(error);
    });
    const [first] = result.content;
    const text = first?.type === "text" ? first.text : "";
    if (result.isError) throw failureOf(text);
    const { begins: _begins, ends: _ends, ...data } = (result.structuredContent ?? {}) as Record<string, unknown>;
    return { ...data, text } as Answer;
  };
  const reasoned = (claims: readonly string[], reason: string | undefined) => ({ claims, ...(reason === undefined ? {} : { reason }) });
  return {
    recall: (question, options = {}) => ask("recall", { ...options, question }),
    about: (options = {}) => ask("about", options),
    why: (claim) => ask("why", { claim }),
    remember: (claim) => ask("remember", claim),
    correct: (correction) => ask("correct", correction),
    refute: (claims, reason) => ask("refute", reasoned(claims, reason)),
    confirm: (claims, reason) => ask("confirm", reasoned(claims, reason)),
    forget: (claims) => ask("forget", { claims }),
    questions: (options = {}) => ask("questions", options),
    watch: (what, listener) =>
      watchResource(client, what === "everything" ? "fablepool://about" : topicAddress(what.subject, what.predicate), listener),
    close: () => client.close(),
  };
}
