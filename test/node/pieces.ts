/** Looks for what was erased in the files of a folder, as the promise of section 6 is worded for people: in pieces of 12 bytes. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const pieceBytes = 12;

/** The 12-byte pieces of these texts that some file holds, in Latin-1, each with a place where it stands. */
export function piecesIn(folder: string, texts: readonly string[]): Map<string, string> {
  const pieces = new Set<string>();
  const begins = new Uint8Array(1 << 24);
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (let at = 0; at + pieceBytes <= bytes.length; at++) {
      pieces.add(bytes.toString("latin1", at, at + pieceBytes));
      begins[bytes.readUIntBE(at, 3)] = 1;
    }
  }
  assert.ok(pieces.size > 0, "there is something to look for");
  const found = new Map<string, string>();
  for (const { path, bytes } of filesIn(folder)) {
    let begin = bytes[0] ?? 0;
    for (let end = 1; end < bytes.length; end++) {
      begin = ((begin << 8) | (bytes[end] as number)) & 0xffffff;
      const at = end - 2;
      if (begins[begin] === 0 || at < 0) continue;
      const piece = bytes.toString("latin1", at, at + pieceBytes);
      if (pieces.has(piece)) found.set(piece, `${path} at ${at}: ${JSON.stringify(piece)}`);
    }
  }
  return found;
}

export function filesIn(folder: string): { readonly path: string; readonly bytes: Buffer }[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return files.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    return { path, bytes: readFileSync(path) };
  });
}
