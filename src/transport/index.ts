export { isLoopbackHost, normalAuthority } from "./authority.ts";
export { hostPath } from "./covered-components.ts";
export { type HttpTransport, type HttpTransportOptions, openHttpTransport } from "./http-client.ts";
export { type LiveTransport, type LiveTransportOptions, openLiveTransport } from "./live-client.ts";
export { type Announcement, announcePairing, findPairing, networkAddresses } from "./local-network.ts";
export { loopback } from "./loopback.ts";
export type { SigningKey } from "./message-signature.ts";
export type * from "./transport.ts";
