/**
 * Owner and delegate as two people with real processes over HTTP: grant, pull, refute, pull again, revoke while the delegate is away,
 * purge, receipt, challenge, ledger. And kill -9 in the middle of a purge.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { OpId } from "../../src/core/op/operation.ts";
import { type LedgerEntry, listReceipts, type OwedReceipt, type Pulled } from "../../src/node/index.ts";
import { manualClock } from "../../src/testkit/manual-clock.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { filesBelow, openCoach, piecesIn, start } from "../node/delegate/grantor.ts";
import { fablepool, json, program } from "./command.ts";
import { runAndKill } from "./killable.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-delegate-e2e-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command that serves while `work` does; `Url` is where. */
async function serving<Result>(home: string, args: readonly string[], work: (url: string) => Promise<Result>): Promise<Result> {
  const child = spawn(process.execPath, [program, "--home", home, "--json", ...args, "--port", "0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data) => resolve(String(data)));
    child.once("error", reject);
    child.once("exit", () => reject(new RangeError("it did not serve")));
  });
  try {
    return await work((JSON.parse(line) as { url: string }).url);
  } finally {
    await ended(child);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

interface Shown {
  readonly attestations: readonly { readonly object: string }[];
}

test("grant, pull, refute, pull again, revoke while the delegate is away, purge, receipt, challenge, ledger", async () => {
  const [phone, coach] = [join(folder, "phone"), join(folder, "coach")];
  await fablepool(phone, ["init", "--name", "phone"]);
  const said = Array.from({ length: 3 }, () => `run ${randomBytes(15).toString("base64url")}`);
  const ids: OpId[] = [];
  for (const object of said) ids.push((await json<{ id: OpId }>(phone, "claim", "self", "schedule.weekly", object)).id);
  const secret = randomBytes(15).toString("base64url");
  await fablepool(phone, ["claim", "self", "preference.food", secret]);
  const { delegate } = await json<{ delegate: string }>(coach, "delegate", "init", "--name", "coach");
  assert.equal((await json<{ delegate: string }>(coach, "delegate", "init")).delegate, delegate, "a second init keeps the key");
  const terms = ["--predicate", "schedule.*", "--purpose", "training", "--for", "90d", "--name", "coach"];
  const { grant, invitation } = await json<{ grant: OpId; invitation: string }>(phone, "grant", delegate, ...terms);
  const held = (object: string) => piecesIn(coach, { payload: { object } }).length > 0;

  await serving(phone, ["serve"], async (url) => {
    const accepted = await json<Pulled>(coach, "delegate", "accept", invitation, "--url", url);
    assert.deepEqual([accepted.claims, accepted.ended], [3, null]);
    const shown = await json<Shown>(coach, "delegate", "show", grant.slice(3, 12));
    assert.deepEqual(shown.attestations.map(({ object }) => object).sort(), said.toSorted());
    await fablepool(phone, ["refute", ids[0] as string]);
    assert.deepEqual((await json<LedgerEntry>(phone, "grant", "show", grant)).withdrawn, [ids[0]]);
    const { pulls } = await json<{ pulls: Pulled[] }>(coach, "delegate", "pull");
    assert.deepEqual([pulls[0]?.claims, pulls[0]?.withdrawn], [2, 1]);
    assert.deepEqual((await json<LedgerEntry>(phone, "grant", "show", grant)).withdrawn, []);
  });
  assert.deepEqual(said.map(held), [false, true, true]);
  assert.ok(!held(secret));
  await serving(coach, ["delegate", "serve"], async (url) => assert.equal((await fablepool(phone, ["challenge", grant, url])).code, 0));

  const { revocation } = await json<{ revocation: OpId }>(phone, "revoke", grant);
  assert.equal((await json<LedgerEntry>(phone, "grant", "show", grant)).purge.state, "owed");
  assert.equal((await fablepool(coach, ["delegate", "pull", grant])).code, 5, "the phone is off");
  assert.ok(held(said[1] as string));

  await serving(phone, ["serve"], async (url) => {
    await json(coach, "delegate", "accept", invitation, "--url", url); // it is served at another port now, and says that it is over
    const { receipts } = await json<{ receipts: { acknowledged: boolean }[] }>(coach, "delegate", "pull", grant);
    assert.deepEqual(
      receipts.map(({ acknowledged }) => acknowledged),
      [true],
    );
  });
  assert.deepEqual(said.map(held), [false, false, false]);
  assert.deepEqual(
    filesBelow(coach).filter((path) => path.includes(grant.slice(3))),
    [],
  );
  const show = await fablepool(coach, ["delegate", "show", grant]);
  assert.deepEqual([show.code, /revoked/.test(show.stdout)], [4, true]);
  const [receipt] = await json<OwedReceipt[]>(coach, "delegate", "receipts");
  assert.deepEqual([receipt?.receipt.revocation, receipt?.receipt.count], [revocation, 0]);
  await serving(coach, ["delegate", "serve"], async (url) => {
    const { stdout, code } = await fablepool(phone, ["challenge", grant, url]);
    assert.equal(code, 0, stdout);
  });
  const entry = await json<LedgerEntry>(phone, "grant", "show", grant);
  assert.deepEqual([entry.purge.state, entry.purge.disputed, entry.challenge?.state], ["acknowledged", false, "matched"]);
});

test("a delegate's commands say what is wrong, by exit code", async () => {
  const home = join(folder, "nobody");
  const code = async (...args: string[]) => (await fablepool(home, ["delegate", ...args])).code;
  assert.equal(await code("list"), 3, "no delegate here");
  await fablepool(home, ["delegate", "init"]);
  assert.equal(await code("list"), 0);
  assert.equal(await code("receipts"), 0);
  assert.equal(await code("pull"), 0);
  assert.equal(await code("show", "1234"), 4);
  assert.equal(await code("purge", "1234"), 4);
  assert.equal(await code("show", "xyz"), 2);
  assert.equal(await code("accept", "op:1234", "--url", "http://127.0.0.1:1"), 2);
  assert.equal(await code("accept", `op:${"1".repeat(64)}`), 2);
  assert.equal(await code("accept", `op:${"1".repeat(64)}`, "--url", "http://127.0.0.1:1"), 5);
});

const runs = Number(process.env["FABLEPOOL_RUNS"] ?? 3);
const seed = Number(process.env["FABLEPOOL_SEED"] ?? 1);
const purgeChild = join(import.meta.dirname, "purge-child.ts");

/** Purges in a process that is killed `delayMs` after the purge has begun; true when it had not finished. */
function purgeAndKill(home: string, delayMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [purgeChild, home, "purge"], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (data) => {
      if (said === "") setTimeout(() => child.kill("SIGKILL"), delayMs);
      said += data;
    });
    child.on("error", reject);
    child.on("close", () => (said.includes("begun") ? resolve(!said.includes("done")) : reject(new RangeError("it did not begin"))));
  });
}

test(`${runs} kills at random instants of a purge (seed ${seed}): reopened, it is finished`, { timeout: 3_000_000 }, async (t) => {
  const random = seededRandom(seed);
  let within = 0;
  for (let run = 0; run < runs; run++) {
    const home = join(folder, `killed ${run}`);
    const { lines, stderr } = await runAndKill(purgeChild, [home, "hold"], null);
    assert.equal(stderr, "");
    const objects = JSON.parse(lines[0] ?? "[]") as string[];
    const left = () => objects.filter((object) => piecesIn(home, { payload: { object } }).length > 0).length;
    assert.equal(left(), 12, "the scanner finds what is held");
    if (await purgeAndKill(home, random.below(30))) within++;
    const coach = await openCoach(home, manualClock(start)); // finishes it
    const receipts = await listReceipts(coach);
    await coach.close();
    assert.deepEqual([left(), receipts.length], [0, 12], `run ${run}`);
  }
  t.diagnostic(`${within} of ${runs} before it had finished`);
});
