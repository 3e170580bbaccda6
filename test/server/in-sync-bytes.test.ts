/** same/1 (SYN-21): a node in sync finds that out in one round trip, in so many bytes on the wire, whatever the number of authors. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { countingProxy } from "../../bench/kit/counting-proxy.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { answer } from "../../src/node/sync-server.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { startServer } from "../../src/server/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { addDevice, assertConverged, claims, joining, newPool, type Pool } from "../node/replicas.ts";

async function served({ replica, phone, root }: Pool) {
  let requests = 0;
  const server = await startServer({
    handler: (message, key) => {
      requests++;
      return answer(replica, { did: phone.did }, message, key);
    },
    knows: async (key) => key === root.did,
    self: phone,
    crypto: nativeCrypto,
    clock: Date.now,
    random: phone.random,
    host: "127.0.0.1",
    port: 0,
    authorities: Array.from({ length: 65_536 }, (_, port) => `127.0.0.1:${port}`), // the proxy's is not known yet
  });
  return { port: server.port, requests: () => requests, [Symbol.asyncDispose]: () => server.close() };
}

test("a node in sync finds that out in one round trip and less than 1.5 kB, with 2 authors and with 30", async () => {
  const pool = await newPool();
  await using server = await served(pool);
  const client = await joining(pool.id);
  const { root, phone } = pool;
  /** One sync over a connection of its own: requests, and bytes on the wire both ways. */
  const sync = async () => {
    const proxy = await countingProxy(server.port);
    const before = server.requests();
    const transport = openHttpTransport({
      url: proxy.url,
      node: phone.did,
      key: root,
      crypto: nativeCrypto,
      clock: Date.now,
      random: root.random,
    });
    const { pulled, pushed } = await syncWith(client, transport, { node: phone.did });
    await transport.close();
    return { requests: server.requests() - before, bytes: await proxy.close(), moved: pulled + pushed };
  };
  const bytes: number[] = [];
  for (let authors = 2; authors <= 30; authors += 28) {
    for (let more = 2; more < authors; more++) {
      const device = await addDevice(pool, `device ${more}`, "full");
      await writeDrafts(pool.replica, device, claims(2, 10 * more));
    }
    await sync();
    const again = await sync();
    assert.deepEqual([again.requests, again.moved], [1, 0]);
    assert.ok(again.bytes < 1_500, `${again.bytes} bytes with ${authors} authors`);
    bytes.push(again.bytes);
  }
  assert.equal(bytes[0], bytes[1]);
  await writeDrafts(client, root, [{ type: "cap_revoke", payload: { grant: pool.id } }]);
  assert.equal((await sync()).moved, 1, "what is not the same is synced");
  await assertConverged(client, pool.replica);
});
