/** What the official conformance suite looks for in a server: fixtures, registered beside the memory's own tools on the very same server. */
import { completable, fromJsonSchema, type McpServer, ResourceTemplate, type ServerContext } from "@modelcontextprotocol/server";
import * as z from "zod";

/** One pixel, and a wave of no samples: the smallest files of their kinds. */
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
const wave = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

const text = (words: string) => ({ type: "text" as const, text: words });
const image = { type: "image" as const, data: pixel, mimeType: "image/png" };
const embedded = (uri: string, mimeType: string, words: string) => ({
  type: "resource" as const,
  resource: { uri, mimeType, text: words },
});

export function registerFixtures(server: McpServer): void {
  server.server.registerCapabilities({ logging: {}, completions: {} });
  contentTools(server);
  talkingTools(server);
  askingTools(server);
  resources(server);
  prompts(server);
}

function contentTools(server: McpServer): void {
  const gives = (name: string, content: Parameters<typeof list>[0]) =>
    server.registerTool(name, { description: "A fixture." }, async () => list(content));
  const list = (
    content: readonly (
      | ReturnType<typeof text>
      | typeof image
      | { type: "audio"; data: string; mimeType: string }
      | ReturnType<typeof embedded>
    )[],
  ) => ({
    content: [...content],
  });
  gives("test_simple_text", [text("This is a simple text response for testing.")]);
  gives("test_image_content", [image]);
  gives("test_audio_content", [{ type: "audio", data: wave, mimeType: "audio/wav" }]);
  gives("test_embedded_resource", [embedded("test://embedded-resource", "text/plain", "A resource inside an answer.")]);
  gives("test_multiple_content_types", [
    text("Several at once:"),
    image,
    embedded("test://mixed", "application/json", '{"test":"data","value":123}'),
  ]);
  server.registerTool("test_error_handling", { description: "A fixture." }, async () => {
    throw new RangeError("This tool intentionally returns an error for testing");
  });
  const address = { type: "object" as const, properties: { street: { type: "string" as const }, city: { type: "string" as const } } };
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object" as const,
    $defs: { address },
    properties: { name: { type: "string" as const }, address: { $ref: "#/$defs/address" } },
    additionalProperties: false,
  };
  const inputSchema = fromJsonSchema<Record<string, unknown>>(schema);
  server.registerTool("json_schema_2020_12_tool", { description: "A fixture.", inputSchema }, async () => ({ content: [text("taken")] }));
}

function talkingTools(server: McpServer): void {
  server.registerTool("test_tool_with_logging", { description: "A fixture.", inputSchema: z.object({}) }, async (_asked, context) => {
    for (const what of ["started", "going on", "ended"]) await context.mcpReq.log("info", `The fixture ${what}`);
    return { content: [text("logged")] };
  });
  server.registerTool("test_tool_with_progress", { description: "A fixture.", inputSchema: z.object({}) }, async (_asked, context) => {
    const progressToken = context.mcpReq._meta?.progressToken ?? 0;
    for (const progress of [0, 50, 100]) {
      await context.mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
    }
    return { content: [text("done")] };
  });
  server.registerTool("test_reconnection", { description: "A fixture.", inputSchema: z.object({}) }, async (_asked, context) => {
    context.http?.closeSSE?.(); // the client comes again, and is sent what it missed
    return { content: [text("It was sent again.")] };
  });
}

/**
 * Each asks on the event stream of the call that it is about (`relatedRequestId`), as the memory's own tools do. The SDK would ask on the
 * session's stream, and drop the question when the client has not opened that one yet.
 */
function askingTools(server: McpServer): void {
  const onCallsStream = ({ mcpReq }: ServerContext) => ({ relatedRequestId: mcpReq.id });
  const sampling = z.object({ prompt: z.string() });
  server.registerTool("test_sampling", { description: "A fixture.", inputSchema: sampling }, async ({ prompt }, context) => {
    const messages = [{ role: "user" as const, content: text(prompt) }];
    const { content } = await context.mcpReq.requestSampling({ messages, maxTokens: 100 }, onCallsStream(context));
    return { content: [text(`LLM response: ${!Array.isArray(content) && content.type === "text" ? content.text : ""}`)] };
  });
  const asks = async (context: ServerContext, message: string, properties: Record<string, object>, required: string[] = []) => {
    const requestedSchema = { type: "object" as const, properties, required } as Parameters<
      typeof context.mcpReq.elicitInput
    >[0] extends infer Asked
      ? Asked extends { requestedSchema: infer Schema }
        ? Schema
        : never
      : never;
    const { action, content = {} } = await context.mcpReq.elicitInput({ mode: "form", message, requestedSchema }, onCallsStream(context));
    return { content: [text(`User response: action=${action}, content=${JSON.stringify(content)}`)] };
  };
  const asking = z.object({ message: z.string() });
  server.registerTool("test_elicitation", { description: "A fixture.", inputSchema: asking }, async ({ message }, context) =>
    asks(context, message, { response: { type: "string", description: "An answer" } }, ["response"]),
  );
  server.registerTool(
    "test_elicitation_sep1034_defaults",
    { description: "A fixture.", inputSchema: z.object({}) },
    async (_asked, context) =>
      asks(context, "Is all of this right?", {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      }),
  );
  const titled = (title: string) => [1, 2, 3].map((number) => ({ const: `value${number}`, title: `${title} ${number}` }));
  server.registerTool("test_elicitation_sep1330_enums", { description: "A fixture.", inputSchema: z.object({}) }, async (_asked, context) =>
    asks(context, "Which of these?", {
      untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
      titledSingle: { type: "string", oneOf: titled("Option") },
      legacyEnum: { type: "string", enum: ["opt1", "opt2", "opt3"], enumNames: ["Option One", "Option Two", "Option Three"] },
      untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
      titledMulti: { type: "array", items: { anyOf: titled("Choice") } },
    }),
  );
}

function resources(server: McpServer): void {
  const plain = { description: "A fixture.", mimeType: "text/plain" };
  server.registerResource("static-text", "test://static-text", plain, async ({ href: uri }) => ({
    contents: [{ uri, mimeType: "text/plain", text: "A text that never changes." }],
  }));
  server.registerResource("static-binary", "test://static-binary", { ...plain, mimeType: "image/png" }, async ({ href: uri }) => ({
    contents: [{ uri, mimeType: "image/png", blob: pixel }],
  }));
  server.registerResource("watched", "test://watched-resource", plain, async ({ href: uri }) => ({ contents: [{ uri, text: "watched" }] }));
  const template = new ResourceTemplate("test://template/{id}/data", { list: undefined });
  server.registerResource("template", template, { ...plain, mimeType: "application/json" }, async ({ href: uri }, { id }) => ({
    contents: [{ uri, mimeType: "application/json", text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
  }));
}

function prompts(server: McpServer): void {
  const says = (...content: (ReturnType<typeof text> | typeof image | ReturnType<typeof embedded>)[]) => ({
    messages: content.map((each) => ({ role: "user" as const, content: each })),
  });
  server.registerPrompt("test_simple_prompt", { description: "A fixture." }, () => says(text("This is a simple prompt for testing.")));
  const argument = completable(z.string(), (begun) => ["paris", "park", "party"].filter((word) => word.startsWith(begun)));
  const argsSchema = z.object({ arg1: argument, arg2: z.string() });
  server.registerPrompt("test_prompt_with_arguments", { description: "A fixture.", argsSchema }, ({ arg1, arg2 }) =>
    says(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  const byUri = z.object({ resourceUri: z.string() });
  server.registerPrompt("test_prompt_with_embedded_resource", { description: "A fixture.", argsSchema: byUri }, ({ resourceUri }) =>
    says(embedded(resourceUri, "text/plain", "Inside a prompt."), text("What does it say?")),
  );
  server.registerPrompt("test_prompt_with_image", { description: "A fixture." }, () => says(image, text("What is it?")));
}
