/** Contents: their digests (RFC 9530) and codings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { utf8 } from "../../src/core/bytes.ts";
import { PoolError } from "../../src/core/errors.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { chooseCoding, codingOf, decodeContent, encodeContent } from "../../src/transport/content-coding.ts";
import { contentDigest, matchesContentDigest } from "../../src/transport/content-digest.ts";

const { sha256Hex } = nativeCrypto;

test("the published example of RFC 9530, appendix A, gives the published digest", () => {
  const content = utf8('{"hello": "world"}');
  assert.equal(contentDigest(sha256Hex, content), "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
});

test("a digest matches its own content alone, beside digests by other algorithms too", () => {
  const content = utf8("{}");
  const field = contentDigest(sha256Hex, content);
  assert.ok(matchesContentDigest(sha256Hex, field, content));
  assert.ok(matchesContentDigest(sha256Hex, `sha-512=:AAEC:, ${field}`, content));
  for (const other of [
    "",
    "sha-512=:AAEC:",
    `${field}, ${field}`,
    "sha-256=1",
    "sha-256=()",
    field.replace("=:", ":"),
    contentDigest(sha256Hex, utf8("[]")),
  ]) {
    assert.equal(matchesContentDigest(sha256Hex, other, content), false, other);
  }
});

for (const coding of ["gzip", "zstd"] as const) {
  const compress = coding === "gzip" ? gzipSync : zstdCompressSync;
  const rejects = (content: Uint8Array, code: string) =>
    assert.throws(
      () => decodeContent(coding, content, 1_000),
      (error) => error instanceof PoolError && error.code === code,
    );

  test(`${coding}: there and back, and into no more bytes than are allowed`, async () => {
    const content = Buffer.from("memory ".repeat(100));
    assert.deepEqual(Buffer.from(decodeContent(coding, await encodeContent(coding, content), content.length)), content);
    rejects(compress(Buffer.alloc(1_001)), "too_large");
    rejects(compress(Buffer.alloc(50_000_000)), "too_large");
  });

  test(`${coding}: what is cut off, empty or something else is refused`, () => {
    const whole = compress(Buffer.from("memory"));
    rejects(whole.subarray(0, -1), "bad_request");
    rejects(Buffer.alloc(0), "bad_request");
    rejects(Buffer.from("{}"), "bad_request");
  });
}

test("a zstd frame may not make its reader allocate a window beyond 8 MiB", () => {
  const params = { [constants.ZSTD_c_windowLog]: 26, [constants.ZSTD_c_contentSizeFlag]: 0 };
  const frame = Buffer.from(zstdCompressSync(Buffer.alloc(100), { params }));
  frame[4] = (frame[4] ?? 0) & ~0x20; // no single segment: the window is what the descriptor says
  const described = Buffer.concat([frame.subarray(0, 5), Buffer.of((26 - 10) << 3), frame.subarray(frame[4] === 0 ? 6 : 5)]);
  assert.throws(
    () => decodeContent("zstd", described, 1_000),
    (error) => error instanceof PoolError && error.code === "bad_request",
  );
});

test("codings are chosen from what the other side takes", () => {
  const chosen = ["gzip", "gzip, zstd", "GZIP;q=0.5, br", "zstd;q=0, gzip", "zstd;q=0.0", "identity", "br", "", null].map(chooseCoding);
  assert.deepEqual(chosen, ["gzip", "zstd", "gzip", "gzip", null, null, null, null, null]);
  assert.deepEqual([null, "", "identity", " Gzip", "x-gzip", "zstd", "br", "gzip, gzip"].map(codingOf), [
    null,
    null,
    null,
    "gzip",
    "gzip",
    "zstd",
    undefined,
    undefined,
  ]);
});
