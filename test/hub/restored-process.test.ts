/** A whole process of a hub whose database is restored under it, as docs/operate.md promises it: it says so and ends, and started again it serves. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../src/cli/output.ts";
import { makeHubSecret } from "../../src/hub/hub-secret.ts";
import { migrateHub } from "../../src/hub/index.ts";
import { openRegistry } from "../../src/hub/registry/database.ts";
import { running } from "../e2e/running.ts";
import { ArchivedServer } from "./archived-server.ts";
import { anotherDevice, ask, has, hostedDevice, random, state, sync } from "./hub-of-test.ts";

test("its database restored to an earlier time, a process says so and ends; started again, it takes what is missing", {
  timeout: 300_000,
}, async (t) => {
  const server = await ArchivedServer.start();
  t.after(() => server.stop());
  const folder = mkdtempSync(join(tmpdir(), "fablepool-restored-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [database, secret] = [server.address("now"), join(folder, "secret")];
  makeHubSecret(secret, random);
  await migrateHub(database);
  const serve = async () => {
    const own = ["--database", database, "--secret", secret, "--listen", "127.0.0.1:0", "--connections", "2"];
    const process = running(folder, "--json", "hub", "serve", ...own);
    t.after(() => process.stop("SIGKILL"));
    const { url, front } = JSON.parse(await process.says(/^\{"url"/)) as { url: string; front: string };
    return { process, url, front };
  };
  const first = await serve();
  const registry = await openRegistry(database);
  const device = await hostedDevice({ ...first, registry });
  await registry.close();
  await server.backUp();
  const early = await state(device);
  await sync(device, first);
  const time = await server.now();
  const late = await state(device);
  await sync(device, first);

  await server.restore(time);

  // Whatever is asked of it next needs a connection, and by that it notices.
  const gone = first.process.ended.then(() => true);
  const asked = () =>
    ask(first.url, device.hub, device.key, { type: "heads" })
      .then(() => false)
      .catch(() => false);
  while (!(await Promise.race([gone, asked()])));
  assert.equal(await first.process.ended, exitCodes.storage);
  assert.match(first.process.stderr.join("\n"), /the database was restored, or another server took over: start this process again/);

  const second = await serve();
  const { pushed } = await sync(device, second);
  assert.equal(pushed, 1, "what was admitted after that time");
  const other = await anotherDevice(device);
  await sync(device, second);
  await sync(other, second);
  assert.ok((await has(other, early)) && (await has(other, late)));
  assert.equal(await second.process.stop("SIGTERM"), 0);
});
