/** A server whose nonces were lost has its clients sign again, by a clock that they can go by. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { makeKey } from "../../src/node/key-file.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { type Nonces, startServer } from "../../src/server/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";

const random = (length: number) => new Uint8Array(randomBytes(length));

test("while it is found that nonces were lost time passes; the client that signs again is answered", async () => {
  let now = 1_790_000_000_400;
  let since: number | null = null;
  const nonces: Nonces = {
    persistent: true,
    async add(_key, _nonce, _now, created) {
      if (since === null) {
        now += 5_000; // a database that comes back
        since = Math.floor(now / 1_000) * 1_000;
      }
      return created < since ? "forgotten" : "new";
    },
  };
  const [self, key] = [makeKey(random), makeKey(random)];
  const clock = () => now;
  const server = await startServer({
    handler: async () => ({ type: "hello", protocol: "fpl-sync/1", node: self.did }),
    knows: async () => true,
    ...{ self, crypto: nativeCrypto, clock, random, host: "127.0.0.1", port: 0, nonces },
  });
  const transport = openHttpTransport({ url: server.url, node: self.did, key, crypto: nativeCrypto, clock, random });
  try {
    assert.deepEqual(await transport.request({ type: "hello" }), { type: "hello", protocol: "fpl-sync/1", node: self.did });
  } finally {
    await transport.close();
    await server.close();
  }
});
