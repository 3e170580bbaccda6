/** What the command line starts: the memory for assistants, over HTTP and over standard input and output. */
export { type McpEndpoint, type McpEndpointOptions, mcpEndpoint, mcpPath } from "./http-endpoint.ts";
export { type StdioServing, serveAssistant } from "./stdio.ts";
