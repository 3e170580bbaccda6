export { type HealthOptions, type Readiness, readiness } from "./health.ts";
export type { HubLog, LogOptions } from "./log.ts";
export { knownType, type LogLevel, poolHash } from "./log-fields.ts";
export { type Observe, type ObserveOptions, openObserve } from "./observe.ts";
export { opsEndpoint } from "./ops-endpoint.ts";
export { listenForOperator } from "./ops-listener.ts";
