import { after, before } from "node:test";
import { natsNews } from "../../src/hub/news/nats-news.ts";
import { NatsServer } from "./nats-server.ts";
import { newsContract } from "./news-contract.ts";

let server: NatsServer;
before(async () => {
  server = await NatsServer.start();
});
after(() => server.stop());

newsContract("NATS", () => natsNews({ url: server.url }));
