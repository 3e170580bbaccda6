/** `Content-Encoding` gzip and zstd, never into more bytes than the caller allows. */
import { promisify } from "node:util";
import { constants, gunzipSync, gzip, zstdCompress, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { PoolError } from "../core/errors.ts";

export type Coding = "gzip" | "zstd";

/** What this implementation takes, as an `Accept-Encoding` field. */
export const acceptedCodings = "zstd, gzip";

/** Below this a message fits a packet or two anyway. */
export const codingBytesMin = 2_048;

export async function encodeContent(coding: Coding, content: Uint8Array): Promise<Uint8Array> {
  const chunkSize = chunkFor(content.length / 3);
  if (coding === "gzip") return inGzip(content, { chunkSize, level: constants.Z_BEST_SPEED });
  const options = { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: 1 } };
  return content.length <= atOnceMax ? zstdCompressSync(content, options) : inZstd(content, options);
}

/** Bytes of which another thread would be told later than this one is done. */
const atOnceMax = 262_144;

/**
 * Throws `too_large` when there is more inside than `bytesMax`, and `bad_request` when it is not what it says. Here and now: what is in there
 * is read next, by the same thread, which takes several times as long, and until another thread is done this one would often only wait.
 */
export function decodeContent(coding: Coding, content: Uint8Array, bytesMax: number): Uint8Array {
  const options = { chunkSize: chunkFor(Math.min(6 * content.length, bytesMax)), maxOutputLength: bytesMax };
  try {
    if (coding === "gzip") return gunzipSync(content, options);
    return zstdDecompressSync(content, { ...options, params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new PoolError("too_large", `the message is over ${bytesMax} bytes`, {}, { cause: error });
    }
    throw new PoolError("bad_request", `the content is not ${coding}`, {}, { cause: error });
  }
}

/** Node puts the result together from chunks of 16 KiB by itself: a page of the log would be one hundred, each with its own turn. */
function chunkFor(bytes: number): number {
  return Math.min(Math.max(16_384, Math.ceil(bytes)), 2 ** 21);
}

/** What a `Content-Encoding` field names: null for none, undefined for one that is not taken here. */
export function codingOf(field: string | null): Coding | null | undefined {
  const name = field?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity") return null;
  if (name === "gzip" || name === "x-gzip") return "gzip";
  return name === "zstd" ? "zstd" : undefined;
}

/** The coding that the writer of an `Accept-Encoding` field takes and we like best. */
export function chooseCoding(field: string | null): Coding | null {
  const taken = (field ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.split(";").map((part) => part.trim()))
    .filter(([, weight]) => !/^q=0(?:\.0*)?$/.test(weight ?? ""))
    .map(([name]) => name);
  return (["zstd", "gzip"] as const).find((coding) => taken.includes(coding)) ?? null;
}

/** 8 MiB, the most that RFC 9659 lets a sender ask for: a frame's header must not make us allocate more. */
const zstdWindowLogMax = 23;

const inGzip = promisify<Uint8Array, object, Uint8Array>(gzip);
const inZstd = promisify<Uint8Array, object, Uint8Array>(zstdCompress);
