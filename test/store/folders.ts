import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs `work` with a new folder, and removes it with all that is in it. */
export async function inFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fablepool-store-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
