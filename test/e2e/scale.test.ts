/**
 * A large import and one sync between two processes: both complete, memory stays flat, `verify` passes on both, and both
 * hold the same. `FABLEPOOL_SCALE=50000 npm test -- test/e2e/scale` is the figure of the release.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { twoHomes } from "./homes.ts";

const operations = Number(process.env["FABLEPOOL_SCALE"] ?? 4_000);
const mebibyte = 1024;
const measured = join(import.meta.dirname, "measured.ts");

function writeCalendars(folder: string, events: number): string {
  const path = join(folder, "calendars");
  mkdirSync(path);
  for (let start = 0; start < events; start += 1_000) {
    const items = Array.from({ length: Math.min(1_000, events - start) }, (_, index) => {
      const n = start + index;
      const day = new Date(1_767_225_600_000 + n * 3_600_000).toISOString().replace(/[-:]|\.\d+/g, "");
      return `BEGIN:VEVENT\r\nUID:event-${n}@scale.example\r\nSUMMARY:Meeting ${n}\r\nLOCATION:Room ${n % 17}\r\nDTSTART:${day}\r\nDURATION:PT1H\r\nEND:VEVENT\r\n`;
    });
    writeFileSync(join(path, `${start}.ics`), `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:scale\r\n${items.join("")}END:VCALENDAR\r\n`);
  }
  return path;
}

/** Runs the command and returns what it printed, with the most memory it held, KiB. */
async function measure(folder: string, home: string, ...args: string[]): Promise<{ printed: string; rss: number }> {
  const path = join(folder, `rss-${Math.abs(args.join().length)}-${process.hrtime.bigint()}`);
  const child = spawn(process.execPath, [measured, "--home", home, "--json", ...args], {
    env: { ...process.env, MEASURED: path },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (data) => {
    printed += data;
  });
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
  return { printed, rss: Number(readFileSync(path, "utf8")) };
}

test(`${operations} operations: import, one sync between two processes, verify`, { timeout: 1_200_000 }, async (t) => {
  const homes = await twoHomes("scale");
  t.after(() => homes.dispose());
  const [phone, laptop] = [homes.phone.folder, homes.laptop.folder];
  const began = performance.now();
  const imported = await measure(homes.folder, phone, "import", "--no-derive", writeCalendars(homes.folder, operations));
  assert.equal((JSON.parse(imported.printed) as { added: number }).added, operations);
  const importedAt = performance.now();

  const rssFile = join(homes.folder, "rss-server");
  const server = spawn(process.execPath, [measured, "--home", phone, "--json", "serve", "--port", "0"], {
    env: { ...process.env, MEASURED: rssFile },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve) => createInterface({ input: server.stdout }).once("line", resolve));
  const synced = await measure(homes.folder, laptop, "sync", (JSON.parse(line) as { url: string }).url);
  assert.equal((JSON.parse(synced.printed) as { pulled: number }).pulled, operations + 4);
  const syncedAt = performance.now();
  await new Promise<void>((resolve) => {
    server.once("exit", () => resolve());
    server.kill("SIGINT");
  });

  for (const home of [phone, laptop]) assert.equal((await fablepool(home, ["verify"])).code, 0);
  const status = (home: string) => json<{ view: string; operations: number; heads: string[] }>(home, "status");
  const [ours, theirs] = [await status(phone), await status(laptop)];
  assert.deepEqual([ours.view, ours.operations, ours.heads], [theirs.view, theirs.operations, theirs.heads]);
  const rss = { import: imported.rss, client: synced.rss, server: Number(readFileSync(rssFile, "utf8")) };
  const rate = (ms: number) => Math.round((operations * 1_000) / ms);
  t.diagnostic(
    `import ${rate(importedAt - began)}/s, sync ${rate(syncedAt - importedAt)}/s, most memory (MiB): ${JSON.stringify(Object.fromEntries(Object.entries(rss).map(([name, kib]) => [name, Math.round(kib / mebibyte)])))}`,
  );
  for (const [name, kib] of Object.entries(rss)) assert.ok(kib < 300 * mebibyte, `${name} held ${Math.round(kib / mebibyte)} MiB`);
});
