/** Ways in which files are broken, without knowing their format. The same seed gives the same damage. */
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";

type Way = (random: SeededRandom, bytes: Buffer) => Buffer;

/** A place, and where a piece that begins there ends: mostly a few bytes on, at times far. */
function span(random: SeededRandom, { length }: Buffer): readonly [number, number] {
  const start = random.below(length + 1);
  return [start, Math.min(length, start + 1 + random.below(random.once(3) ? Math.max(1, length) : 12))];
}

function replaced(bytes: Buffer, start: number, end: number, ...pieces: readonly Uint8Array[]): Buffer {
  return Buffer.concat([bytes.subarray(0, start), ...pieces, bytes.subarray(end)]);
}

/** Every number that a text holds may be one that nobody expects. */
const numbers = [
  "0",
  "-1",
  "1e999",
  "-0",
  "9007199254740993",
  "99999999999999999999",
  "NaN",
  "0x10",
  "1.5",
  "2147483648",
  "-62135596800001",
  "",
];
const brackets = ["[", '{"a":', "<a>", "(", "BEGIN:VEVENT\r\n", "BEGIN:VCARD\n", "--m\n", "> ", "\\", '"', "&amp;", "=\n", "<DL>", "%"];
const texts = [
  "\0",
  "\ufeff",
  "\u2028",
  "\ud83d",
  "\r",
  "\n",
  "\r\n\r\n",
  "é".normalize("NFD"),
  "__proto__",
  "constructor",
  "null",
  "true",
  '""',
  "<!--",
  "]]>",
];

const ways: readonly Way[] = [
  // cut short
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
  // a bit turned
  (random, bytes) => {
    const at = random.below(Math.max(1, bytes.length));
    return replaced(bytes, at, at + 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << random.below(8))));
  },
  // a piece overwritten, put in, taken out, repeated, moved
  (random, bytes) => {
    const [start, end] = span(random, bytes);
    return replaced(bytes, start, end, random.bytes(Math.min(end - start, 64)));
  },
  (random, bytes) => {
    const [start] = span(random, bytes);
    return replaced(bytes, start, start, random.bytes(1 + random.below(8)));
  },
  (random, bytes) => replaced(bytes, ...span(random, bytes)),
  (random, bytes) => {
    const [start, end] = span(random, bytes);
    const piece = bytes.subarray(start, end);
    const times = random.once(10) ? Math.ceil(20_000 / Math.max(1, piece.length)) : 1 + random.below(3);
    return replaced(bytes, end, end, ...Array.from({ length: times }, () => piece));
  },
  (random, bytes) => {
    const [start, end] = span(random, bytes);
    const rest = replaced(bytes, start, end);
    const at = random.below(rest.length + 1);
    return replaced(rest, at, at, bytes.subarray(start, end));
  },
  // a number, a word, a bracket that nobody expects
  (random, bytes) => {
    const found = [...bytes.toString("latin1").matchAll(/\d+/g)];
    if (found.length === 0) return bytes;
    const { index, 0: digits } = random.pick(found);
    return replaced(bytes, index, index + digits.length, Buffer.from(random.pick(numbers)));
  },
  (random, bytes) => {
    const [start, end] = span(random, bytes);
    return replaced(bytes, start, random.once(2) ? start : end, Buffer.from(random.pick(texts)));
  },
  (random, bytes) => {
    const at = random.below(bytes.length + 1);
    const deep = random.once(4) ? 3_000 : 1 + random.below(40);
    return replaced(bytes, at, at, Buffer.from(random.pick(brackets).repeat(deep)));
  },
  // another encoding than it says
  (_, bytes) => Buffer.from(bytes.toString("utf8"), "latin1"),
  (_, bytes) => Buffer.from(bytes.toString("latin1"), "utf8"),
  (random, bytes) =>
    Buffer.concat([random.once(2) ? Uint8Array.of(0xff, 0xfe) : new Uint8Array(), Buffer.from(bytes.toString("utf8"), "utf16le")]),
  (random, bytes) => Buffer.from(bytes.toString("latin1").replaceAll(/\r?\n/g, random.pick(["\r", "\n", "\r\n", "\u0085", ""])), "latin1"),
];

/** The file after one to six kinds of damage. */
export function damaged(random: SeededRandom, original: Uint8Array): Uint8Array {
  let bytes = Buffer.from(original);
  for (let count = 1 + random.below(random.once(2) ? 1 : 6); count > 0; count--) bytes = Buffer.from(random.pick(ways)(random, bytes));
  return new Uint8Array(bytes);
}

/** The file's beginnings: all of a small file, evenly some of a larger one. */
export function cutShort(original: Uint8Array): Uint8Array[] {
  const step = Math.max(1, Math.floor(original.length / 400));
  return Array.from({ length: Math.ceil(original.length / step) }, (_, n) => original.slice(0, n * step));
}
