/** The grammar of zip archives, right and lying, as texts of bytes (latin1); and the law of what is read of one. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import { filesIn } from "../../src/importers/archive/archive.ts";
import { importerFor } from "../../src/importers/index.ts";
import { oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";

interface Entry {
  readonly name: Buffer;
  readonly packed: Buffer;
  readonly extra: Buffer;
  /** Of the fields that both headers have. */
  readonly fields: Buffer;
  readonly offset: number;
}

const names = oneOf(
  "notes/day.md",
  "a.ics",
  "../../etc/passwd",
  "C:\\Windows\\x.vcf",
  "/absolute.json",
  "__MACOSX/._a",
  "result.json",
  "\u0000.md",
  "é".repeat(9),
  repeated(oneOf("x", "/", "..", "\\", " "), 0, 30),
  "inner.zip",
);

const contents = oneOf(
  "# A note\n\nof a day #tag\n",
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T090000Z\r\nSUMMARY:Choir\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
  "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nEND:VCARD\r\n",
  '{"messages":[{"text":"hi"}]}',
  "",
  repeated("0", 0, 3_000),
);

/** A number that is mostly right, and else one that programs trip over. */
function said(random: SeededRandom, right: number, most: number): number {
  return random.once(12) ? random.pick([0, 1, most, most - 1, right + 1, Math.max(0, right - 1), random.below(most)]) : right;
}

const [most16, most32] = [0xffff, 0xffffffff];

function entryOf(random: SeededRandom, offset: number, depth: number): Entry {
  const inner = depth < 3 && random.once(8) ? Buffer.from(zip(depth + 1)(random), "latin1") : Buffer.from(contents(random), "utf8");
  const method = random.pick([0, 8, 8, 8]);
  const packed = method === 8 ? deflateRawSync(inner) : inner;
  const fields = Buffer.alloc(26 - 4);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(random.once(15) ? random.below(most16) : 0x800, 2);
  fields.writeUInt16LE(random.once(20) ? random.pick([1, 9, 12, 99]) : method, 4);
  fields.writeUInt32LE(said(random, crc32(inner), most32), 10);
  fields.writeUInt32LE(said(random, packed.length, most32), 14);
  fields.writeUInt32LE(said(random, inner.length, most32), 18);
  return { name: Buffer.from(names(random), "utf8"), packed, extra: extraOf(random), fields, offset };
}

/** Sizes and places of 64 bits, some of which no file has. */
function extraOf(random: SeededRandom): Buffer {
  if (!random.once(6)) return Buffer.alloc(0);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(random.pick([1, 1, 1, 0x5455]), 0);
  extra.writeUInt16LE(said(random, 24, most16), 2);
  for (const at of [4, 12, 20]) extra.writeBigUInt64LE(random.pick([0n, 30n, 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n]), at);
  return extra;
}

function headerOf(random: SeededRandom, { name, extra, fields, offset }: Entry, isLocal: boolean): Buffer {
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(said(random, name.length, most16), 0);
  lengths.writeUInt16LE(said(random, extra.length, most16), 2);
  if (isLocal) return Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, lengths, name, extra]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(said(random, offset, most32), 10);
  return Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, lengths, rest, name, extra]);
}

/** An archive of up to five entries; one in one, three deep. */
function zip(depth: number): Rule {
  return (random) => {
    const parts: Buffer[] = random.once(10) ? [Buffer.from("something before it")] : [];
    let at = 0;
    const entries: Entry[] = [];
    for (let left = random.below(6); left > 0; left--) {
      const entry = entryOf(random, random.once(20) && entries[0] ? entries[0].offset : at, depth);
      const part = Buffer.concat([headerOf(random, entry, true), entry.packed]);
      entries.push(entry);
      parts.push(part);
      at += part.length;
    }
    const directory = Buffer.concat(entries.map((entry) => headerOf(random, entry, false)));
    return Buffer.concat([...parts, directory, endOf(random, entries.length, directory.length, at)]).toString("latin1");
  };
}

function endOf(random: SeededRandom, count: number, size: number, start: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(said(random, count, most16), 8);
  end.writeUInt16LE(said(random, count, most16), 10);
  end.writeUInt32LE(said(random, size, most32), 12);
  end.writeUInt32LE(said(random, start, most32), 16);
  end.writeUInt16LE(said(random, 0, most16), 20);
  if (!random.once(8)) return end;
  const [wide, locator] = [Buffer.alloc(56), Buffer.alloc(20)];
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(random.pick([BigInt(size), 0n, 2n ** 63n]), 40);
  wide.writeBigUInt64LE(random.pick([BigInt(start), 2n ** 53n, 2n ** 64n - 1n]), 48);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(random.pick([BigInt(start + size), 0n, 2n ** 64n - 1n]), 8);
  end.writeUInt32LE(most32, 16);
  return Buffer.concat([wide, locator, end]);
}

export const archive: Rule = zip(0);

/** What is read leads nowhere but into the archive, is no larger than an archive may unpack to, and every file of it is a file to the importers. */
export async function readArchive(input: string): Promise<unknown> {
  const bytes = Buffer.from(input, "latin1");
  const source = { path: "all.zip", collection: "all", name: "all.zip", bytes, sha256: hash("sha256", bytes) };
  let [files, total] = [0, 0];
  for (const file of filesIn(source)) {
    assert.ok(!file.path.split(/[/\\]/).includes(".."), file.path);
    assert.ok(file.path.startsWith("all.zip"), file.path);
    if ("reason" in file) {
      assert.ok(file.reason.length > 0 && file.reason.length < 200, file.reason);
      continue;
    }
    files++;
    total += file.bytes.length;
    assert.equal(hash("sha256", file.bytes), file.sha256);
    const importer = importerFor(file);
    if (importer === null) continue;
    for await (const item of importer.read(file)) assert.ok("draft" in item || "problem" in item);
  }
  assert.ok(total <= 300 * Math.max(bytes.length, 4_096), `${total} bytes of ${bytes.length}`);
  return files;
}
