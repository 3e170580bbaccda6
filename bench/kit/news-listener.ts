/** The other process of `bench/news.ts`: says when it heard of a pool. Argument: the settings of its news, as JSON. */
import { openNews } from "../../src/hub/index.ts";
import { benchedPool } from "./benched-pool.ts";

const [settings = "", pools = "0"] = process.argv.slice(2);
const news = await openNews(JSON.parse(settings));
for (let at = 0; at < Number(pools); at++) news.subscribe(benchedPool(at), () => process.send?.([at, String(process.hrtime.bigint())]));
process.on("disconnect", () => void news.close());
