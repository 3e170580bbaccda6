/** A hostile relay between two honest devices, on real sockets: each thing that it tries, and that nothing comes of it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { PoolError } from "../../src/core/errors.ts";
import { limits } from "../../src/core/limits.ts";
import { syncWith } from "../../src/node/sync-client.ts";
import { type Letter, passOn, type Relay, type Reply, type Scheme, startRelay } from "./relay.ts";
import { type ServedPool, servedPool } from "./served-pool.ts";

interface Attempt {
  readonly tries: string;
  readonly scheme: Scheme;
  /** `refused`: the client ends with a `PoolError` that names the peer or the network; `synced`: it was done all the same. */
  readonly comes: "refused" | "synced";
  /** The name that it stands under is not one of the phone's. */
  readonly underAnotherName?: boolean;
}

const flipped = (body: Buffer, at: number) => {
  const copy = Buffer.from(body);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
const without = (letter: Letter, ...names: readonly string[]): Letter["headers"] =>
  Object.fromEntries(Object.entries(letter.headers).filter(([name]) => !names.includes(name)));
/** What the client hears once it is past its greeting. */
const after =
  (change: (reply: Reply, all: readonly Reply[]) => Reply): Scheme =>
  async ({ index, asked, pass, replies }) => {
    const reply = await pass(asked);
    return index === 0 ? reply : change(reply, replies);
  };
const textOf = (status: number, text: string, headers: Letter["headers"] = {}): Reply => ({ status, headers, body: Buffer.from(text) });

const attempts: readonly Attempt[] = [
  { tries: "passing everything on as it is", scheme: async ({ asked, pass }) => pass(asked), comes: "synced" },
  {
    tries: "passing on under a name that is not the phone's",
    scheme: async ({ asked, pass }) => pass(asked),
    comes: "refused",
    underAnotherName: true,
  },
  {
    tries: "putting the phone's name in place of its own",
    scheme: async ({ asked, pass }) => pass({ ...asked, headers: { ...asked.headers, host: "127.0.0.1:1" } }),
    comes: "refused",
  },
  {
    tries: "sending every request twice",
    async scheme({ asked, pass, index }) {
      const first = await pass(asked);
      const second = await pass(asked);
      if (index > 0) assert.notEqual(second.status, 200, "a request was answered twice");
      return first;
    },
    comes: "synced",
  },
  {
    tries: "giving the second answer to a request that was sent twice",
    async scheme({ asked, pass, index }) {
      const first = await pass(asked);
      return index === 0 ? first : pass(asked);
    },
    comes: "refused",
  },
  { tries: "answering with the reply before", scheme: after((reply, all) => all.at(-2) ?? reply), comes: "refused" },
  { tries: "answering with the greeting", scheme: after((reply, all) => all[0] ?? reply), comes: "refused" },
  {
    tries: "changing a bit of a request",
    scheme: async ({ asked, pass, index }) => pass(index === 0 ? asked : { ...asked, body: flipped(asked.body, asked.body.length >> 1) }),
    comes: "refused",
  },
  {
    tries: "changing a bit of a request and its digest with it",
    scheme: async ({ asked, pass, index }) =>
      pass(index === 0 ? asked : { body: Buffer.from("{}"), headers: { ...asked.headers, "content-digest": "sha-256=:AAAA:" } }),
    comes: "refused",
  },
  { tries: "changing a bit of a reply", scheme: after((reply) => ({ ...reply, body: flipped(reply.body, 20) })), comes: "refused" },
  { tries: "cutting a reply", scheme: after((reply) => ({ ...reply, body: reply.body.subarray(0, -1) })), comes: "refused" },
  { tries: "adding to a reply", scheme: after((reply) => ({ ...reply, body: Buffer.concat([reply.body, reply.body]) })), comes: "refused" },
  { tries: "changing the status of a reply", scheme: after((reply) => ({ ...reply, status: 403 })), comes: "refused" },
  {
    tries: "taking the signature from replies",
    scheme: after((reply) => ({ ...reply, headers: without(reply, "signature", "signature-input") })),
    comes: "refused",
  },
  {
    tries: "taking the signature from requests",
    scheme: async ({ asked, pass, index }) =>
      pass(index === 0 ? asked : { ...asked, headers: without(asked, "signature", "signature-input") }),
    comes: "refused",
  },
  {
    tries: "addressing requests to another node",
    scheme: async ({ asked, pass }) => pass({ ...asked, headers: { ...asked.headers, "fpl-to": "did:key:z6MkOther" } }),
    comes: "refused",
  },
  {
    tries: "hiding from the client what the phone can do",
    async scheme({ asked, pass, index }) {
      const reply = await pass(asked);
      if (index > 0) return reply;
      return { ...reply, body: Buffer.from(reply.body.toString().replace(/"extensions":\[[^\]]*\]/, '"extensions":[]')) };
    },
    comes: "refused",
  },
  {
    tries: "sending the client elsewhere",
    scheme: async () => textOf(307, "", { location: "http://127.0.0.1:1/fpl-sync/1" }),
    comes: "refused",
  },
  {
    tries: "a page of some hotel's network",
    scheme: async () => textOf(200, "<html>Accept our terms</html>", { "content-type": "text/html" }),
    comes: "refused",
  },
  {
    tries: "an error of its own, in the protocol's words",
    scheme: async () => textOf(403, '{"type":"error","error":"removed","code":"unauthorized"}'),
    comes: "refused",
  },
  {
    tries: "a reply that grows a thousandfold when it is unpacked",
    scheme: async ({ index, asked, pass }) =>
      index === 0 ? pass(asked) : { status: 200, headers: { "content-encoding": "gzip" }, body: gzipSync(Buffer.alloc(64 * 1024 * 1024)) },
    comes: "refused",
  },
  {
    tries: "a reply without end",
    async scheme({ outgoing }) {
      outgoing.writeHead(200);
      const [piece, closed] = [Buffer.alloc(1024 * 1024, 32), once(outgoing, "close")];
      for (let sent = 0; sent < 4 * limits.messageBytes && !outgoing.destroyed; sent += piece.length) {
        if (!outgoing.write(piece)) await Promise.race([once(outgoing, "drain"), closed]);
      }
      outgoing.destroy();
      return null;
    },
    comes: "refused",
  },
  { tries: "no reply at all", scheme: async () => null, comes: "refused" },
  {
    tries: "hanging up in the middle of a reply",
    async scheme({ asked, pass, outgoing }) {
      const { body, headers, status } = await pass(asked);
      outgoing.writeHead(status, { ...headers, "content-length": String(body.length) });
      outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy());
      return null;
    },
    comes: "refused",
  },
  {
    tries: "hanging up after the greeting and one request",
    async scheme({ asked, pass, index, outgoing }) {
      if (index < 2) return pass(asked);
      outgoing.destroy();
      return null;
    },
    comes: "refused",
  },
];

async function tryOn(at: ServedPool, relay: Relay, { scheme, comes, tries }: Attempt): Promise<void> {
  const recorded: Letter[] = [];
  relay.aim(Number(new URL(at.url).port), ({ pass, ...relaying }) => {
    const recording = async (letter: Letter) => {
      const reply = await pass(letter);
      if (reply.status === 200) recorded.push(letter);
      return reply;
    };
    return scheme({ ...relaying, pass: recording });
  });
  const transport = at.open(relay.url, tries === "no reply at all" ? 1_000 : 20_000);
  const came = await syncWith(at.laptop, transport)
    .then(() => "synced" as const)
    .catch((error: unknown) => {
      assert.ok(error instanceof PoolError && ["peer", "network", "unauthorized"].includes(error.code), String((error as Error).stack));
      return "refused" as const;
    })
    .finally(() => transport.close());
  assert.equal(came, comes);
  await playAgain(at, recorded);
}

/** What was answered it sends once more, when the two are long done: nobody answers that. */
async function playAgain(at: ServedPool, recorded: readonly Letter[]): Promise<void> {
  for (const letter of recorded.filter(({ headers }) => headers["signature"] !== undefined)) {
    const { status } = await passOn(Number(new URL(at.url).port), letter);
    assert.notEqual(status, 200, "a recording was answered");
  }
}

test("a hostile relay", async (context) => {
  for (const attempt of attempts) {
    await context.test(`tries ${attempt.tries}: ${attempt.comes}`, async () => {
      await using relay = await startRelay();
      await using at = await servedPool(attempt.underAnotherName ? [] : [relay.authority]);
      await tryOn(at, relay, attempt);
      await at.assertUnharmed();
    });
  }
});
