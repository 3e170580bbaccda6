/** What the edges use of the hub. */
export * from "./admin/index.ts";
export type { Hosted, HostedState, OpenPool } from "./hub.ts";
export type { HubEvent, HubParts } from "./hub-parts.ts";
export { frontKey, makeHubSecret, poolKey, readHubSecret } from "./hub-secret.ts";
export type { CarriedNews, NewsCounts, NewsOptions } from "./news/carried-news.ts";
export type { NewsState } from "./news/line.ts";
export { type NewsSettings, openNews } from "./news/open-news.ts";
export type { PoolNews } from "./news/pool-news.ts";
export { inTheLog } from "./observe/in-the-log.ts";
export { sayRestored } from "./restored.ts";
export {
  environmentName,
  flagName,
  type GivenSettings,
  type HubSettingName,
  type HubSettings,
  hubSettingTexts,
  readHubSettings,
  readOperatorSettings,
} from "./settings.ts";
export { migrateHub, type RunningHub, startHub } from "./start-hub.ts";
