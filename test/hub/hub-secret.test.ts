/** The hub's secret: what follows from it, for ever the same, and who may read it. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { frontKey, makeHubSecret, poolKey, readHubSecret } from "../../src/hub/hub-secret.ts";

const secret = new Uint8Array(32).fill(7);
const pool = `op:${"ab".repeat(32)}` as OpId;
const hosted = { pool, since: 1_790_000_000_000 };

/** HKDF-SHA256 of RFC 5869 for 32 bytes, written out. */
function hkdf(info: string): Buffer {
  const extracted = createHmac("sha256", Buffer.alloc(32)).update(secret).digest();
  return createHmac("sha256", extracted).update(info).update(Buffer.of(1)).digest();
}

test("keys follow from the secret as RFC 5869 says, and never change", () => {
  assert.deepEqual(Buffer.from(poolKey(secret, hosted).seed), hkdf(`fablepool.hub.device.v1\n${pool}\n1790000000000`));
  assert.deepEqual(Buffer.from(frontKey(secret).seed), hkdf("fablepool.hub.front.v1\n"));
  assert.equal(poolKey(secret, hosted).did, "did:key:z6MksUQRHM9ER8BqMiemrn9eVjSUdyoz8U53bBWuXCKCHBmy");
  assert.equal(frontKey(secret).did, "did:key:z6MknRoZFfuXpEPdLAixPxPhCy7kjAAm1XaPrgYrRjUBJN3D");
  assert.notEqual(poolKey(secret, { ...hosted, pool: `op:${"ac".repeat(32)}` as OpId }).did, poolKey(secret, hosted).did);
  assert.notEqual(poolKey(secret, { ...hosted, since: hosted.since + 1 }).did, poolKey(secret, hosted).did, "a pool that comes again");
});

test("a secret's file is for its owner, is never replaced, and holds 32 bytes or is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-hub-secret-"));
  try {
    const path = join(folder, "secret");
    assert.throws(() => readHubSecret(path), { code: "home", message: /hub init/ });
    const made = makeHubSecret(path, () => secret);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readHubSecret(path), made);
    assert.throws(() => makeHubSecret(path, () => secret), { code: "home", message: /there is a file already/ });
    writeFileSync(path, Buffer.from(secret).toString("hex"));
    assert.deepEqual(readHubSecret(path), secret);
    chmodSync(path, 0o604);
    assert.throws(() => readHubSecret(path), { code: "home", message: /chmod 600/ });
    chmodSync(path, 0o640); // as a secret is mounted for a container's group
    assert.deepEqual(readHubSecret(path), secret);
    for (const wrong of ["", "short", "0".repeat(63), `${"0".repeat(64)} 0`]) {
      writeFileSync(path, wrong);
      assert.throws(() => readHubSecret(path), { code: "home", message: /holds no hub secret/ });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
