export type { Hosted, HostedState, OpenPool } from "./hub.ts";
export type { CarriedNews, NewsCounts, NewsOptions } from "./news/carried-news.ts";
export type { NewsState } from "./news/line.ts";
export { type NewsSettings, openNews } from "./news/open-news.ts";
export type { PoolNews } from "./news/pool-news.ts";
