/**
 * Two machines with a cable between them (network namespaces of Linux): they find each other by multicast DNS, pair and sync, and somebody who
 * records every packet on the cable reads nothing of the memory. Skipped, with the reason, where the system does not allow namespaces.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fablepool, json } from "./command.ts";
import { type TwoMachines, twoMachines } from "./network-namespaces.ts";
import { runningBehind } from "./running.ts";
import { findTcpdump } from "./tcpdump.ts";

const machines = twoMachines();
const folder = mkdtempSync(join(tmpdir(), "fablepool-machines-"));
after(() => {
  machines?.dispose();
  rmSync(folder, { recursive: true, force: true });
});
const noMachines = machines === null ? "network namespaces need Linux and root" : false;
const words = ["Göteborg Haga", "heptagonal teapot", "violet submarine"];

/** Records every packet on the cable into a file until it is stopped. */
async function recording(path: string, two: TwoMachines): Promise<{ stop(): Promise<Buffer> }> {
  const [first, ...rest] = [...two.on[0], findTcpdump(), "-i", two.cable, "-U", "-w", path] as const;
  const child = spawn(first, rest, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (text) => String(text).includes("listening on") && resolve());
    void ended.then(() => reject(new Error("tcpdump ended before it listened")));
  });
  return {
    async stop() {
      child.kill("SIGINT");
      await ended;
      return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    },
  };
}

test("found by multicast DNS, paired by ten digits, in sync; a recording of the cable holds no payload", {
  skip: noMachines,
}, async (t) => {
  assert.ok(machines);
  const [phone, laptop] = [join(folder, "phone"), join(folder, "laptop")];
  assert.equal((await fablepool(phone, ["init", "--name", "phone"])).code, 0);
  writeFileSync(join(folder, "note.md"), `# ${words[0]}\n\n${words[1]}, ${words[2]}\n`);
  assert.equal((await fablepool(phone, ["import", join(folder, "note.md")])).code, 0);
  const capture = await recording(join(folder, "cable.pcap"), machines);

  const pairing = runningBehind(machines.on[0], phone, "--json", "pair", "--yes");
  const { code, url, announced } = JSON.parse(await pairing.says(/"code"/)) as { code: string; url: string; announced: boolean };
  assert.deepEqual([announced, url.startsWith(`https://${machines.addresses[0]}:`)], [true, true]);
  // Somebody with another code looks at the same time, and finds nobody.
  const other = `${code.startsWith("01") ? "02" : "01"}23456789`;
  const nobody = runningBehind(machines.on[1], join(folder, "other"), "join", other);
  const began = performance.now();
  // It looks for ten seconds: a machine that is busy elsewhere may need several looks.
  let joining = runningBehind(machines.on[1], laptop, "join", code, "--name", "laptop");
  while ((await joining.ended) === 5) joining = runningBehind(machines.on[1], laptop, "join", code, "--name", "laptop");
  assert.equal(await joining.ended, 0, joining.stderr.join("\n"));
  t.diagnostic(`from the digits to everything there: ${Math.round(performance.now() - began)} ms`);
  assert.equal(await pairing.ended, 0, pairing.stderr.join("\n"));

  const serving = runningBehind(machines.on[0], phone, "serve", "--host", machines.addresses[0], "--port", "0", "--tls");
  const [, served = ""] = /at (https:\S+)/.exec(await serving.says(/at https:/)) ?? [];
  assert.equal((await fablepool(laptop, ["claim", "self", "preference.hobby", words[2] ?? ""])).code, 0);
  const syncing = runningBehind(machines.on[1], laptop, "sync", served);
  assert.equal(await syncing.ended, 0, syncing.stderr.join("\n"));
  await serving.stop();
  const [there, here] = await Promise.all([json<{ view: string }>(laptop, "status"), json<{ view: string }>(phone, "status")]);
  assert.equal(there.view, here.view);

  assert.equal(await nobody.ended, 5, nobody.stderr.join("\n"));
  assert.match(nobody.stderr.join("\n"), /no device on this network shows 0[12]-…/);

  const cable = await capture.stop();
  t.diagnostic(`${cable.length} bytes were recorded on the cable`);
  assert.ok(cable.length > 20_000 && statSync(join(folder, "cable.pcap")).size === cable.length);
  assert.ok(cable.includes("_fablepool"), "what is in the clear is in the recording: the announcement");
  for (const secret of [...words, "derived_from", "op_id", "pair_begin", "pair_prove", "did:key:", code]) {
    assert.ok(!cable.includes(secret), `${secret} is on the cable in the clear`);
  }
});
