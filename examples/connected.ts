/** Where the memory is, from the environment. */
import { type ConnectOptions, connectMemory, type MemoryClient } from "fablepool/client";

export async function connected(options: ConnectOptions = {}): Promise<MemoryClient> {
  const { FABLEPOOL_MCP_URL: url = "http://127.0.0.1:7411/mcp", FABLEPOOL_MCP_TOKEN: token = "" } = process.env;
  return connectMemory({ url, token }, options);
}
