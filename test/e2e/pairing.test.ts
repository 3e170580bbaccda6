/** Two real processes pair, as a person would: by the digits, by the QR code; and what others get who try the same. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { beginJoiner } from "../../src/core/pair/joiner.ts";
import type { Json } from "../../src/core/ports.ts";
import { nativeCrypto, type SeenDevice } from "../../src/node/index.ts";
import { makeKey } from "../../src/node/key-file.ts";
import { pairingCrypto } from "../../src/node/pair/pairing-crypto.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { fablepool, json } from "./command.ts";
import { qrText } from "./qr-text.ts";
import { type Running, running } from "./running.ts";

let folder = "";
let phone = "";
let laptop = "";
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fablepool-pairing-"));
  phone = join(folder, "phone");
  laptop = join(folder, "laptop");
  assert.equal((await fablepool(phone, ["init", "--name", "phone"])).code, 0);
  assert.equal((await fablepool(phone, ["claim", "self", "place.home", "Malmö"])).code, 0);
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Shown {
  readonly code: string;
  readonly link: string;
  readonly url: string;
  readonly node: string;
}

/** `fablepool pair` on the phone, on loopback, and what it shows. */
async function shows(...args: string[]): Promise<Running & { readonly shown: Shown }> {
  const pairing = running(phone, "--json", "pair", "--port", "0", "--host", "127.0.0.1", ...args);
  return { ...pairing, shown: JSON.parse(await pairing.says(/"code"/)) as Shown };
}

const devices = () => json<SeenDevice[]>(phone, "device", "list");
const newHome = () => join(folder, `device-${randomBytes(4).toString("hex")}`);

describe("a new device", () => {
  test("comes in by the digits, and has everything when both commands have ended", async (t) => {
    const pairing = await shows("--yes");
    const home = laptop;
    const began = performance.now();
    const joined = await fablepool(home, ["join", pairing.shown.code, "--name", "laptop", "--url", pairing.shown.url]);
    assert.equal(await pairing.ended, 0, pairing.stderr.join("\n"));
    t.diagnostic(`machine time from the digits to the end of both commands: ${Math.round(performance.now() - began)} ms`);
    assert.equal(joined.code, 0, joined.stderr);
    const [, words = ""] = /same words:\n\n {4}(\w+ {3}\w+ {3}\w+)\n/.exec(joined.stderr) ?? [];
    assert.ok(words.length > 8, joined.stderr);
    const [there, here] = await Promise.all([json<{ view: string }>(home, "status"), json<{ view: string }>(phone, "status")]);
    assert.equal(there.view, here.view);
    assert.ok((await devices()).some(({ name, role, removed }) => name === "laptop" && role === "full" && !removed));
  });

  test("comes in by the QR code as it stands on the terminal", async () => {
    const pairing = running(phone, "pair", "--yes", "--port", "0", "--host", "127.0.0.1");
    await pairing.says(/Waiting for the new device/);
    const link = decoded(pairing.stdout);
    assert.match(link, /^fablepool:pair\?code=\d{10}&node=did:key:z6Mk\w+&url=http:\/\/127\.0\.0\.1:\d+$/);
    const joined = await fablepool(newHome(), ["join", link, "--name", "tablet"]);
    assert.equal(joined.code, 0, joined.stderr);
    assert.equal(await pairing.ended, 0);
    // Both showed the same words.
    const [, words = "?"] = /same words:\n\n {4}(\w+ {3}\w+ {3}\w+)\n/.exec(joined.stderr) ?? [];
    assert.ok(pairing.stderr.join("\n").includes(words), `${words} in ${pairing.stderr.join("\n")}`);
  });

  test("is taken in only where somebody can compare the words, or by --yes", async () => {
    const { code, stderr } = await fablepool(phone, ["pair", "--host", "127.0.0.1", "--port", "0"]);
    assert.deepEqual([code, /nobody is here to compare/.test(stderr)], [2, true]);
  });

  test("with a wrong code is told so, and may try again", async () => {
    const pairing = await shows("--yes");
    const home = newHome();
    const wrong = pairing.shown.code.replace(/.$/, (last) => String((Number(last) + 1) % 10));
    const first = await fablepool(home, ["join", wrong, "--url", pairing.shown.url]);
    assert.equal(first.code, 6);
    assert.match(first.stderr, /^fablepool: that code is not the one the other device shows/m);
    assert.equal((await fablepool(home, ["join", pairing.shown.code, "--url", pairing.shown.url])).code, 0);
    assert.equal(await pairing.ended, 0);
  });

  test("that belongs to the pool already, and text that is neither each get one line", async () => {
    const again = await fablepool(laptop, ["join", "0123456789", "--url", "http://127.0.0.1:9"]);
    assert.deepEqual([again.code, /belongs to a pool already/.test(again.stderr)], [2, true]);
    for (const text of ["fablepool:pair?code=12", "123-456"]) assert.equal((await fablepool(newHome(), ["join", text])).code, 2);
  });

  test("Ctrl-C ends a code with one line and adds nobody", async () => {
    const pairing = await shows("--yes");
    assert.equal(await pairing.stop(), 130);
    assert.match(pairing.stderr.join("\n"), /no device was added/);
  });
});

describe("others", () => {
  test("a guesser over real sockets is answered five times, then the code is dead for everybody", async () => {
    const before = (await devices()).length;
    const pairing = await shows("--yes");
    const answers: unknown[] = [];
    for (let guess = 0; guess < 60; guess++) {
      const reply = await begin(pairing.shown, String(randomBytes(5).readUIntBE(0, 5) % 10 ** 10).padStart(10, "0")).catch(() => null);
      answers.push(typeof reply === "object" && reply !== null && "type" in reply ? reply["type"] : reply);
    }
    assert.equal(answers.filter((type) => type === "pair_share").length, 5);
    assert.equal(await pairing.ended, 6, pairing.stderr.join("\n"));
    assert.match(pairing.stderr.join("\n"), /too many wrong codes/);
    assert.equal((await devices()).length, before);
  });
});

/** The text of a QR code that is printed in half blocks, light where they are set. */
function decoded(lines: readonly string[]): string {
  const rows = lines.filter((line) => /^[█▀▄ ]{30,}$/.test(line));
  const modules = rows.flatMap((row) => [
    [...row].map((each) => each === "█" || each === "▀"),
    [...row].map((each) => each === "█" || each === "▄"),
  ]);
  const scale = 4;
  const [height, width] = [modules.length * scale, (modules[0]?.length ?? 0) * scale];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] ?? true;
      pixels.set(light ? [255, 255, 255, 255] : [0, 0, 0, 255], (y * width + x) * 4);
    }
  }
  return qrText(pixels, width, height);
}

const random = (length: number) => new Uint8Array(randomBytes(length));

function transportTo({ url, node }: Shown, key: ReturnType<typeof makeKey>) {
  return openHttpTransport({ url, node, key, crypto: nativeCrypto, clock: Date.now, random });
}

/** The first message of a joiner that was never seen before. */
async function begin(shown: Shown, code: string): Promise<Json> {
  const key = makeKey(random);
  const transport = transportTo(shown, key);
  try {
    await transport.request({ type: "hello" });
    const pairing = { code, joiner: key.did, inviter: shown.node, channel: transport.certificate() ?? "" };
    const step = beginJoiner(pairingCrypto, pairing, "guesser", { scalar: random(32), nonce: random(32) });
    return step.is === "ask" ? await transport.request(step.message) : null;
  } finally {
    await transport.close();
  }
}
