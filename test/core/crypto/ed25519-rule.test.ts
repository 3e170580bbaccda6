/** Each line of the pre-check by itself: the platform takes no part, so that what is refused here is refused by our rule alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../../../src/core/bytes.ts";
import { isPoint } from "../../../src/core/crypto/curve.ts";
import { isAcceptableKey, passesPreCheck } from "../../../src/core/crypto/ed25519-rule.ts";
import { groupOrder, prime, smallOrderYs, toLittleEndian } from "./edwards-by-hand.ts";

const soundKey = fromHex("6750d453bc39997189f59479ca03c4bb0933ce4d37fb08c50d43c1fd23e6aba8") as Uint8Array;
const soundR = fromHex("7a753492396e7bda5d93eaa7fd34a46221307bfdaaea158ad4bc0c56f984df0a") as Uint8Array;
const signature = (r: Uint8Array, s: bigint) => Uint8Array.from([...r, ...toLittleEndian(s)]);
const bothSigns = (y: bigint) => [toLittleEndian(y), toLittleEndian(y + 2n ** 255n)];

test("a sound key, R and S pass", () => {
  assert.equal(isAcceptableKey(soundKey), true);
  assert.equal(passesPreCheck(soundKey, signature(soundR, 5n)), true);
});

test("S is below the group order", () => {
  for (const s of [0n, 1n, 2n ** 252n, groupOrder - 1n]) assert.equal(passesPreCheck(soundKey, signature(soundR, s)), true, `${s}`);
  const high = [groupOrder, groupOrder + 1n, groupOrder + 2n ** 128n, groupOrder * 2n, 2n ** 253n, 2n ** 255n, 2n ** 256n - 1n];
  for (const s of high) assert.equal(passesPreCheck(soundKey, signature(soundR, s)), false, `${s}`);
});

test("the 5 y of the 8 points of small order are refused in A and R, under either sign", () => {
  const ys = smallOrderYs();
  assert.equal(ys.length, 5);
  for (const encoded of ys.flatMap(bothSigns)) {
    assert.equal(isAcceptableKey(encoded), false, toHex(encoded));
    assert.equal(passesPreCheck(encoded, signature(soundR, 5n)), false, toHex(encoded));
    assert.equal(passesPreCheck(soundKey, signature(encoded, 5n)), false, toHex(encoded));
  }
});

test("y from p up to 2^255 − 1 is refused in A and R, under either sign", () => {
  for (let y = prime; y < 2n ** 255n; y++) {
    for (const encoded of bothSigns(y)) {
      assert.equal(isAcceptableKey(encoded), false, toHex(encoded));
      assert.equal(passesPreCheck(soundKey, signature(encoded, 5n)), false, toHex(encoded));
    }
  }
});

test("the neighbours of what is refused are not refused: y just below p, and next to those of small order", () => {
  const refused = new Set(smallOrderYs());
  const neighbours = [...refused, prime]
    .flatMap((y) => [y - 2n, y - 1n, y + 1n, y + 2n])
    .filter((y) => y >= 0n && y < prime && !refused.has(y));
  assert.ok(neighbours.length > 10);
  for (const r of neighbours.flatMap(bothSigns)) assert.equal(passesPreCheck(soundKey, signature(r, 5n)), true, toHex(r));
});

test("A decodes: y = 2 is on no point and refused; R is compared, not decoded", () => {
  for (const encoded of bothSigns(2n)) {
    assert.equal(isAcceptableKey(encoded), false);
    assert.equal(isAcceptableKey(encoded), false); // the remembered verdict
    assert.equal(passesPreCheck(encoded, signature(soundR, 5n)), false);
    assert.equal(passesPreCheck(soundKey, signature(encoded, 5n)), true);
  }
  for (const encoded of bothSigns(3n)) assert.equal(isAcceptableKey(encoded), true);
});

test("keys have 32 bytes and signatures 64", () => {
  const good = signature(soundR, 5n);
  for (const length of [0, 31, 33, 64])
    assert.equal(
      passesPreCheck(
        Uint8Array.from({ length }, (_, at) => soundKey[at % 32] as number),
        good,
      ),
      false,
    );
  for (const length of [0, 32, 63, 65, 128])
    assert.equal(
      passesPreCheck(
        soundKey,
        Uint8Array.from({ length }, (_, at) => good[at % 64] as number),
      ),
      false,
    );
  assert.equal(isAcceptableKey(new Uint8Array()), false);
});

test("decoding (RFC 8032, 5.1.3): half of all y are on the curve; x = 0 has no odd form; y is below p", () => {
  const decoded = Array.from({ length: 400 }, (_, y) => isPoint(toLittleEndian(BigInt(y))));
  const share = decoded.filter(Boolean).length;
  assert.ok(share > 150 && share < 250, `${share} of 400`);
  assert.deepEqual(bothSigns(1n).map(isPoint), [true, false]);
  assert.deepEqual(bothSigns(prime - 1n).map(isPoint), [true, false]);
  assert.deepEqual(bothSigns(0n).map(isPoint), [true, true]);
  assert.equal(isPoint(toLittleEndian(prime + 1n)), false);
  for (const y of smallOrderYs()) assert.equal(isPoint(toLittleEndian(y)), true);
});
