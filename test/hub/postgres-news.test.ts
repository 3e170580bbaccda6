import { postgresNews } from "../../src/hub/news/postgres-news.ts";
import { testDatabase } from "../store/test-database.ts";
import { newsContract } from "./news-contract.ts";

newsContract("LISTEN and NOTIFY", async () => postgresNews({ url: (await testDatabase()).url }));
