import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromHex, toHex } from "../../../src/core/bytes.ts";
import { decodeBase58, encodeBase58 } from "../../../src/core/crypto/base58.ts";
import { decodeDidKey, encodeDidKey } from "../../../src/core/crypto/did-key.ts";

const publicKey = fc.uint8Array({ minLength: 32, maxLength: 32 });
const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** From the base58 draft (draft-msporny-base58), and did:key's own example. */
test("base58btc as published", () => {
  assert.equal(encodeBase58(Buffer.from("Hello World!")), "2NEpo7TZRRrLZSi2U");
  assert.equal(encodeBase58(Uint8Array.from(Buffer.from("0000287fb4cd", "hex"))), "11233QC4");
  assert.equal(encodeBase58(new Uint8Array()), "");
  assert.deepEqual(decodeBase58("11233QC4"), fromHex("0000287fb4cd"));
  for (const text of ["0", "O", "I", "l", " 1", "1\n", "é", "😀", "_"]) assert.equal(decodeBase58(text), null, text);
});

test("law: base58 goes there and back, leading zeros included", () => {
  const bytes = fc
    .tuple(fc.nat(4), fc.uint8Array({ maxLength: 40 }))
    .map(([zeros, rest]) => Uint8Array.from([...new Array<number>(zeros).fill(0), ...rest]));
  fc.assert(fc.property(bytes, (given) => assert.deepEqual(decodeBase58(encodeBase58(given)), given)));
});

test("a known key has its known name", () => {
  const name = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
  const key = decodeDidKey(name);
  assert.ok(key);
  assert.equal(toHex(key), "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6");
  assert.equal(encodeDidKey(key), name);
});

test("law: a did:key has 56 characters, begins with did:key:z6Mk, and names its key", () => {
  fc.assert(
    fc.property(publicKey, (key) => {
      const name = encodeDidKey(key);
      assert.match(name, /^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/);
      assert.deepEqual(decodeDidKey(name), key);
      assert.deepEqual(decodeDidKey(name), key); // the second answer is a remembered one
    }),
  );
});

/** A did:key has no checksum: in the last 44 characters a slip can give another key's proper name. It never names the same key. */
test("law: every one-character change is refused or names another key, whose only name it then is", () => {
  fc.assert(
    fc.property(publicKey, (key) => {
      const name = encodeDidKey(key);
      for (let at = 0; at < name.length; at++) {
        for (const put of ["", "1", "z", "0", "l", " ", "\u0130", name[at]?.toUpperCase(), name[at]?.toLowerCase(), `${name[at]}1`]) {
          const changed = name.slice(0, at) + put + name.slice(at + 1);
          if (changed === name) continue;
          const other = decodeDidKey(changed);
          if (other === null) continue;
          assert.ok(at >= 12 && changed.length === 56, changed);
          assert.notDeepEqual(other, key);
          assert.equal(encodeDidKey(other), changed);
        }
      }
    }),
    { numRuns: 20 },
  );
});

test("only Ed25519 public keys of 32 bytes are decoded", () => {
  const named = (hex: string) => `did:key:z${encodeBase58(fromHex(hex) as Uint8Array)}`;
  const key = "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6";
  assert.ok(decodeDidKey(named(`ed01${key}`)));
  for (const header of ["ec01", "ed02", "ed00", "ee01", "8024", "ed", "ed0100", ""])
    assert.equal(decodeDidKey(named(header + key)), null, header);
  assert.equal(decodeDidKey(`did:key:z${"1".repeat(47)}`), null);
  assert.equal(decodeDidKey(`did:key:z6Mk${"2".repeat(1_000_000)}`), null); // at once, though base58 is quadratic
  // These begin like a key's name and have its length, but stand for too small and too great a number.
  for (const text of [`did:key:z6Mk${"1".repeat(44)}`, `did:key:z6Mk${"z".repeat(44)}`]) assert.equal(decodeDidKey(text), null);
  for (const text of ["", "did:key:", "did:key:z", named(`ed01${key}`).slice(8), `${named(`ed01${key}`)}#z6Mk`])
    assert.equal(decodeDidKey(text), null);
});

test("law: any 44 characters after the prefix are a name to its own key, or none", () => {
  const tail = fc.array(fc.constantFrom(...alphabet), { minLength: 44, maxLength: 44 }).map((characters) => characters.join(""));
  fc.assert(
    fc.property(tail, (text) => {
      const name = `did:key:z6Mk${text}`;
      const key = decodeDidKey(name);
      if (key !== null) assert.equal(encodeDidKey(key), name);
    }),
  );
});

test("what a caller does to the bytes it got is its own affair", () => {
  const name = encodeDidKey(new Uint8Array(32).fill(7));
  decodeDidKey(name)?.fill(0);
  decodeDidKey(name)?.fill(0);
  assert.deepEqual(decodeDidKey(name), new Uint8Array(32).fill(7));
});

test("a key of another length has no name", () => {
  for (const length of [0, 31, 33]) assert.throws(() => encodeDidKey(new Uint8Array(length)), { code: "key" });
});
