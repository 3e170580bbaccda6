/**
 * Packets of multicast DNS from anybody on the network, whole and damaged, while a code is shown and looked for: who shows it is still found, and
 * nobody who only sends nonsense is.
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import { characters, damaged, inOrder, oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { announcePairing, findPairing, networkAddresses } from "../../src/transport/local-network.ts";
import { runs } from "../node/replicas.ts";

const seed = Number(process.env["FABLEPOOL_SEED"] ?? 20_261_127);
const inputs = runs(300);
const digits = String(10_000 + (process.pid % 80_000));
const service = "_fablepool._tcp.local";

/** Big-endian, in characters of one byte each. */
const short = (value: number) => String.fromCharCode((value >> 8) & 255, value & 255);
const name: Rule = (random) => {
  const text = random.pick([service, `pair-00000-9.${service}`, `pair-.${service}`, "x.local", "a".repeat(63)]);
  if (random.once(12)) return `\u00c0${String.fromCharCode(random.below(256))}`; // a pointer to anywhere
  return `${text
    .split(".")
    .map((label) => String.fromCharCode(label.length) + label)
    .join("")}\0`;
};
const content = oneOf(
  inOrder("\0\0\0\0", characters("\0\u0001\u00ff", 2), name),
  name,
  characters("\0\u0001\u007f\u00ff", 0, 20),
  `${String.fromCharCode(9)}pair=${digits.slice(0, 4)}`,
);
const record: Rule = (random) => {
  const data = content(random);
  const length = random.once(10) ? random.below(65_536) : data.length;
  return `${name(random)}${short(random.pick([1, 12, 16, 33, 28, 41, 255, random.below(65_536)]))}\0\u0001\0\0\0\u0078${short(length)}${data}`;
};
const packet: Rule = (random) => {
  const [asked, answers] = [random.below(3), random.below(4)];
  const flags = random.pick(["\u0084\0", "\0\0"]);
  const counts = [asked, answers, 0, 0].map((count) => short(random.once(12) ? random.below(65_536) : count)).join("");
  const questions = repeated(inOrder(name, short(12), "\0\u0001"), asked, asked)(random);
  return `\0\0${flags}${counts}${questions}${repeated(record, answers, answers)(random)}`;
};

test(`${inputs} packets (FABLEPOOL_SEED=${seed})`, { timeout: 3_600_000 }, async () => {
  const shown = await announcePairing(digits, 7_411);
  const [address = "127.0.0.1"] = networkAddresses();
  const sender = createSocket({ type: "udp4", reuseAddr: true });
  await new Promise<void>((resolve) => sender.bind(0, address, resolve));
  if (address !== "127.0.0.1") sender.setMulticastInterface(address);
  const random = seededRandom(seed);
  const over = new AbortController();
  try {
    const found = findPairing(digits, over.signal);
    for (let count = 0; count < inputs; count++) {
      const whole = packet(random);
      const bytes = Buffer.from(random.once(3) ? damaged(random, whole, packet(random)) : whole, "latin1").subarray(0, 8_000);
      await new Promise((resolve) => sender.send(bytes, 5_353, "224.0.0.251", resolve));
    }
    for await (const url of found) {
      assert.match(url, /^https:\/\/[\d.]+:7411$/);
      break;
    }
  } finally {
    over.abort();
    sender.close();
    await shown.close();
  }
});
