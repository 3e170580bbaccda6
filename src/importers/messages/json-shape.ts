import { asUtf8, jsonEntries } from "./json-slices.ts";

/** Bytes at the beginning of a file that tell of what shape it is. */
const headBytes = 64 * 1024;

/** How deep members are named. */
const depthMax = 3;

/**
 * The members that the beginning of a JSON text names, with `*` for the entries of a list: `messages/*\/sender_name`.
 * Empty for what is no JSON object or list. Reads no more than the beginning, however large the file is.
 */
export function jsonShape(bytes: Uint8Array): ReadonlySet<string> {
  const head = asUtf8(bytes.subarray(0, headBytes));
  const members = new Set<string>();
  const entries = jsonEntries(head, (path) => {
    if (path.length > 0) members.add(path.map((part) => (typeof part === "number" ? "*" : part)).join("/"));
    return path.length < depthMax ? "enter" : "pass";
  });
  for (const _ of entries);
  return members;
}
