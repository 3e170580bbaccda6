export { type HealthOptions, type Readiness, readiness } from "./health.ts";
export type { HubLog, LogLevel, LogOptions } from "./log.ts";
export { knownType, poolHash } from "./log-fields.ts";
export { type Observe, type ObserveOptions, openObserve } from "./observe.ts";
export { opsEndpoint } from "./ops-endpoint.ts";
