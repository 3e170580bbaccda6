export { type Certificate, selfSignedCertificate } from "./certificate.ts";
export { type HttpLimits, httpLimits } from "./http-limits.ts";
export type { News } from "./live-connections.ts";
export { memoryNonces, type Nonces } from "./nonces.ts";
export { type ShownPairing, showPairing } from "./pairing-server.ts";
export { type ServeOptions, serviceOptionsOf } from "./serve-node.ts";
export { type RunningServer, type StartOptions, startServer } from "./start-server.ts";
export type { RequestEvent } from "./sync-route.ts";
