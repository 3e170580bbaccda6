/** What the system says no with, in words for a person: Node's own begin with a code and end with a system call. */
import { PoolError } from "../core/errors.ts";

const words: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "that is not allowed",
  EPERM: "that is not allowed",
  EROFS: "its disk is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of that path is no folder",
  EEXIST: "something of that name is there already",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  EFBIG: "the disk takes no file so large",
  EIO: "the disk fails",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  EADDRINUSE: "another program listens there",
  EADDRNOTAVAIL: "this machine does not have that address",
};

/** Of anything that was thrown; what is no error of the system's keeps its own words. */
export function systemWords(error: unknown): string {
  return words[systemCode(error) ?? ""] ?? (error instanceof Error ? error.message : String(error));
}

/** Whether the disk is the trouble: full, failing or read-only. */
export function isDiskTrouble(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"].includes(systemCode(error) ?? "");
}

/** The system's name of it; null for what is no error of the system's. */
export function systemCode(error: unknown): string | null {
  const { code, syscall } = (error ?? {}) as { readonly code?: unknown; readonly syscall?: unknown };
  return error instanceof Error && typeof code === "string" && typeof syscall === "string" ? code : null;
}

/** What a file that can't be written is told as: `storage` for the disk's part, else `usage`. */
export function cantWrite(path: string, error: unknown): PoolError {
  const code = systemCode(error);
  if (code === "EEXIST") return new PoolError("usage", `${path} is there already: name a new file`, {}, { cause: error });
  const why = code === "ENOENT" ? "there is no such folder" : systemWords(error);
  return new PoolError(isDiskTrouble(error) ? "storage" : "usage", `can't write ${path}: ${why}`, {}, { cause: error });
}
