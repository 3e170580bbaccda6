export type { Hosted, HostedState, OpenPool } from "./hub.ts";
export type { PoolNews } from "./news/pool-news.ts";
