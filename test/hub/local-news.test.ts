import { localNews } from "../../src/hub/news/local-news.ts";
import { newsContract } from "./news-contract.ts";

let news = localNews();
newsContract("within one process", async () => {
  if (!news.isConnected()) news = localNews();
  return news;
});
