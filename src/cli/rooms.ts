/** Rooms that are loaded only where they are needed: HTTP, and the protocol of assistants, take their time to load. */
import { loaded } from "./v8.ts";

const http = ["http", "https", "net", "tls", "dns", "dgram", "zlib", "stream", "stream/web"];

export const transportRoom = () => loaded(() => import("../transport/index.ts"), http);
export const serverRoom = () => loaded(() => import("../server/index.ts"), http);
export const apiRoom = () => loaded(() => import("../server/api/index.ts"), http);
export const hubRoom = () => loaded(() => import("../hub/index.ts"), http);
export const mcpRoom = () => loaded(() => import("../mcp/index.ts"), http);
