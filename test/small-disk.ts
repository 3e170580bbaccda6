/** A disk that gets full, for tests: only root on Linux can have one. */
import { execFileSync } from "node:child_process";

/** Why no small disk can be had here; null when it can. */
export function noSmallDisk(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "only root on Linux can mount a small disk";
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"], { stdio: "ignore" });
    return null;
  } catch {
    return "this machine does not let root mount anything";
  }
}

/** Lays a disk of `size` ("2m") over `folder` for as long as `work` runs. */
export async function onSmallDisk<Result>(folder: string, size: string, work: () => Promise<Result>): Promise<Result> {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "none", folder]);
  try {
    return await work();
  } finally {
    execFileSync("umount", [folder]);
  }
}
