import { messageParts } from "../core/codec/raw-json.ts";
import type { JsonObject } from "../core/ports.ts";

/** A message as it goes over the wire, by the platform's own UTF-8: it may have 16 MiB. Items of its lists may be raw. */
export function wireBytes(message: JsonObject): Buffer {
  const parts = messageParts(message);
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0));
  let at = 0;
  for (const part of parts) at += bytes.write(part, at);
  return bytes;
}
