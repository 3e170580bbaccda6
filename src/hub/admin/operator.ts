/** What an operator may do, by the command line and by the API alike: every function can be called again, and then changes nothing more. */
import type { Clock, Random } from "../../core/ports.ts";
import type { PostgresDatabase } from "../../store/postgres/index.ts";
import type { PoolNews } from "../news/pool-news.ts";
import type { RegistryDatabase } from "../registry/database.ts";

/** What it works on. */
export interface Operated {
  readonly registry: RegistryDatabase;
  readonly database: PostgresDatabase;
  /** By it all processes hear of a change at once; without they find out within a second, and kept connections stay. */
  readonly news: PoolNews;
  readonly clock: Clock;
  readonly random: Random;
}
