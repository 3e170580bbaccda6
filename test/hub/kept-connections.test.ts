/** Devices on kept connections hear what another process of the hub admitted: over NATS, killed and started again, and without it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { JsonObject } from "../../src/core/ports.ts";
import { startHub } from "../../src/hub/index.ts";
import { anotherDevice, hostedDevice, keptConnection, state, sync, testHub } from "./hub-of-test.ts";
import { NatsServer } from "./nats-server.ts";
import { until } from "./news-contract.ts";

let nats: NatsServer;
before(async () => {
  nats = await NatsServer.start();
});
after(() => nats.stop());

for (const kind of ["NATS", "LISTEN and NOTIFY"] as const) {
  test(`over ${kind}`, { timeout: 120_000 }, async () => {
    await using given = await testHub();
    const settings = { ...given.settings, nats: kind === "NATS" ? nats.url : null };
    const [one, two] = [await startHub(settings), await startHub(settings)];
    const laptop = await hostedDevice(two);
    const phone = await anotherDevice(laptop);
    await sync(laptop, two);
    await sync(phone, one);
    const told: JsonObject[] = [];
    const live = await keptConnection(phone, one.url, (heads) => void told.push(heads));
    const hears = async () => {
      const said = await state(laptop);
      await sync(laptop, two);
      await until(() => told.some((heads) => JSON.stringify(heads).includes(said)));
    };
    await hears();
    if (kind === "NATS") {
      await nats.kill();
      const said = await state(laptop);
      await sync(laptop, two); // which works without it
      assert.ok(!told.some((heads) => JSON.stringify(heads).includes(said)));
      await nats.restart();
      await until(() => told.some((heads) => JSON.stringify(heads).includes(said)));
      await hears();
    }
    await live.close();
    await Promise.all([one.close(), two.close()]);
  });
}
