/** A tool: what it is called, takes and gives, and how an answer of it reaches the assistant. */
import type { CallToolResult, InputRequiredResult, McpServer, ServerContext, ToolAnnotations } from "@modelcontextprotocol/server";
import * as z from "zod";
import { PoolError } from "../core/errors.ts";
import type { JsonObject } from "../core/ports.ts";
import { ownWordsMark } from "../importers/assistants/own-words.ts";
import { answerText, type Quote } from "./quoted.ts";
import type { Service } from "./service.ts";

export interface Answer<Data> {
  /** In this node's words. */
  readonly lead: string;
  /** What is stored, and told. */
  readonly quotes: readonly Quote[];
  readonly data: Data;
}

/** A call under way. */
export interface Call {
  readonly service: Service;
  readonly server: McpServer;
  readonly context: ServerContext;
}

export interface Tool<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly input: Input;
  readonly output: Output;
  run(call: Call, asked: z.output<Input>): Promise<Answer<z.input<Output>> | InputRequiredResult>;
}

/** So that a tool's schemas give its types. */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(of: Tool<Input, Output>): Tool<Input, Output> {
  return of;
}

/** Annotations of tools that only look. */
export const looking: ToolAnnotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

const begins = z.literal(ownWordsMark.begin).describe("With `ends`: these are the memory's own words, and no evidence for anything.");
const ends = z.literal(ownWordsMark.end);

export type ReportError = (error: unknown) => void;

export function registerTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  server: McpServer,
  service: Service,
  of: Tool<Input, Output>,
  report: ReportError,
): void {
  const { name, title, description, annotations, input, output } = of;
  const outputSchema = z.object({ begins, ...output.shape, ends });
  const config = { title, description, annotations: { title, ...annotations }, inputSchema: input as z.ZodObject, outputSchema };
  server.registerTool(name, config, async (asked, context) => {
    try {
      await service.enter();
      const answer = await of.run({ service, server, context }, asked as z.output<Input>);
      return "lead" in answer ? resultOf(answer as Answer<JsonObject>, service) : answer;
    } catch (error) {
      return failure(error, report);
    }
  });
}

function resultOf({ lead, quotes, data }: Answer<JsonObject>, { node }: Service): CallToolResult {
  return {
    content: [{ type: "text", text: answerText(lead, quotes, node.writer.random) }],
    structuredContent: { begins: ownWordsMark.begin, ...data, ends: ownWordsMark.end },
  };
}

function failure(error: unknown, report: ReportError): CallToolResult {
  if (!(error instanceof PoolError)) report(error);
  return { isError: true, content: [{ type: "text", text: failureText(error) }] };
}

/** What an assistant is told of a failure; of a defect nothing that could be private. */
export function failureText(error: unknown): string {
  if (!(error instanceof PoolError)) return "internal: something failed in this memory; its owner can see what in the server's output";
  return `${error.code}: ${error.message}`;
}
