/** Commands between an owner and a delegate: the owner's device is served by this process, the delegate's commands are killed, and the owner's challenge. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "../../src/core/codec/canonical.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import {
  acceptGrant,
  answerAsDelegate,
  type Delegate,
  grant,
  type Home,
  heldSlice,
  homeAt,
  initDelegate,
  initNode,
  isKnownToDelegate,
  listGrants,
  listOperations,
  listReceipts,
  type Node,
  nativeCrypto,
  openAdmissions,
  openDelegate,
  pullGrant,
  purgeGrant,
  revoke,
  system,
} from "../../src/node/index.ts";
import { type RunningServer, serviceOptionsOf, startServer } from "../../src/server/index.ts";
import { openHttpTransport } from "../../src/transport/index.ts";
import { claims } from "../node/replicas.ts";
import type { Bench, Outcome, WritingCommand } from "./command.ts";
import { clockFrom, runStruck, type Struck, start, underStrike } from "./strike.ts";
import { checkWhole } from "./whole.ts";

const mostStrikes = 40;
const day = 86_400_000;

interface Scene {
  readonly folder: string;
  readonly phone: Node;
  readonly served: RunningServer;
  readonly coach: Home;
  readonly coachDid: string;
  close(): Promise<void>;
  strikes: number;
  made: number;
}

let scene: Scene | null = null;

/** Ends what this process serves. */
export async function endOwner(): Promise<void> {
  await scene?.close();
  scene = null;
}

async function sceneOf(bench: Bench): Promise<Scene> {
  if (scene !== null && scene.strikes < mostStrikes) return scene;
  if (scene !== null) rmSync(scene.folder, { recursive: true, force: true });
  await endOwner();
  const folder = bench.folder();
  const { node: phone } = await initNode(homeAt(join(folder, "phone")), { name: "phone", passphrase: null });
  await phone.write(claims(40));
  const admissions = await openAdmissions(phone.replica);
  const served = await startServer({ ...serviceOptionsOf(phone, admissions, { host: "127.0.0.1" }), port: 0 });
  const coach = homeAt(join(folder, "coach"));
  await initDelegate(coach, { name: "coach", passphrase: null });
  const coachDid = await withDelegate(coach, async ({ key }) => key.did);
  const close = async () => {
    await served.close();
    await admissions.close();
    await phone.close();
  };
  scene = { folder, phone, served, coach, coachDid, close, strikes: 0, made: 0 };
  return scene;
}

async function withDelegate<Result>(home: Home, work: (delegate: Delegate) => Promise<Result>): Promise<Result> {
  const delegate = await openDelegate(home, async () => null);
  try {
    return await work(delegate);
  } finally {
    await delegate.close();
  }
}

const connecting =
  ({ key }: Delegate) =>
  ({ url, node }: { url: string; node: Did }) =>
    openHttpTransport({ url, node, key, crypto: nativeCrypto, ...system });

function granted({ phone, coachDid }: Scene): Promise<OpId> {
  const terms = { selector: { predicates: ["test.*"] }, purpose: "training", expiresAt: Date.now() + 30 * day };
  return grant(phone, { grantee: coachDid, ...terms });
}

const servedAt = ({ served, phone }: Scene) => ({ url: served.url, node: phone.writer.did });

/** A grant that the delegate knows of; `pulled`: and holds. */
async function accepted(on: Scene, pulled: boolean): Promise<OpId> {
  const id = await granted(on);
  await withDelegate(on.coach, async (delegate) => {
    await acceptGrant(delegate, id, servedAt(on));
    if (pulled) await pullGrant(delegate, id, connecting(delegate));
  });
  return id;
}

/** What is held is what was signed; of what has ended nothing is on the disk; each purge has its receipt, archived at most once. */
async function checkDelegate(on: Scene): Promise<void> {
  await withDelegate(on.coach, async (delegate) => {
    const folder = join(on.coach.folder, "delegate");
    for (const { record, claims: count } of await listGrants(delegate)) {
      const files = readdirSync(folder).filter((name) => name.includes(record.id.slice(3)));
      if (record.state === "held") {
        const held = await heldSlice(delegate, record.id);
        assert.equal(held.record.state, "held");
        assert.ok(count > 0, "a slice that is held has claims");
      } else {
        assert.notEqual(record.state, "purging", "opened, a purge is finished");
        assert.deepEqual(files, [], `of a grant that is ${record.state} nothing is there`);
      }
    }
    const archived = (await listOperations(on.phone.replica, 5_000)).filter(({ type }) => type === "cap_receipt");
    const texts = archived.map(({ payload }) => JSON.stringify(payload?.["receipt"]));
    assert.equal(new Set(texts).size, texts.length, "a receipt is archived once");
    for (const { receipt, acknowledgedAt } of await listReceipts(delegate)) {
      const isThere = archived.some(({ payload }) => canonical(payload?.["receipt"]) === canonical(receipt));
      assert.ok(acknowledgedAt === null || isThere, "what was acknowledged is archived");
    }
  });
}

interface Delegated {
  readonly name: string;
  readonly weight: number;
  args(on: Scene, bench: Bench): Promise<readonly string[]>;
  /** What must be so when it said that it was done. */
  done?(on: Scene, args: readonly string[]): Promise<void>;
  run?(bench: Bench, args: readonly string[], watched: readonly string[]): Promise<Struck>;
}

const stateOf = (on: Scene, id: string | undefined) =>
  withDelegate(on.coach, async (delegate) => (await listGrants(delegate)).find(({ record }) => record.id === id)?.record.state);

/** What it does it tells a person. */
async function serveUntilPulled({ program, afterMs }: Bench, args: readonly string[], watched: readonly string[]): Promise<Struck> {
  const clock = clockFrom(watched);
  const started = start(
    program,
    args.filter((each) => each !== "--json"),
  );
  started.says(/\d claims?\b/).then(
    () => started.child.kill("SIGINT"),
    () => undefined,
  );
  return underStrike(started, clock, afterMs);
}

const delegated: readonly Delegated[] = [
  {
    name: "delegate accept",
    weight: 3,
    args: async (on) => ["delegate", "accept", await granted(on), "--url", on.served.url, "--node", on.phone.writer.did],
    done: async (on, [, , id]) => assert.equal(await stateOf(on, id), "held"),
  },
  {
    name: "delegate pull",
    weight: 3,
    async args(on, { random }) {
      const id = await accepted(on, true);
      if (random.once(2)) await revoke(on.phone, id, null);
      else await on.phone.write(claims(5, 1_000 * ++on.made));
      return ["delegate", "pull", id];
    },
  },
  {
    name: "delegate purge",
    weight: 3,
    args: async (on) => ["delegate", "purge", await accepted(on, true)],
    done: async (on, [, , id]) => assert.equal(await stateOf(on, id), "ended"),
  },
  {
    name: "delegate receipts --send",
    weight: 3,
    async args(on) {
      const id = await accepted(on, true);
      await withDelegate(on.coach, (delegate) => purgeGrant(delegate, id));
      return ["delegate", "receipts", "--send"];
    },
    done: (on) =>
      withDelegate(on.coach, async (delegate) => {
        for (const { acknowledgedAt } of await listReceipts(delegate)) assert.notEqual(acknowledgedAt, null);
      }),
  },
  {
    name: "delegate serve",
    weight: 3,
    async args(on) {
      await accepted(on, false);
      return ["delegate", "serve", "--port", "0"];
    },
    run: serveUntilPulled,
  },
];

async function strike(command: Delegated, bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  try {
    on.strikes++;
    const chosen = await command.args(on, bench);
    const args = ["--home", on.coach.folder, "--json", ...chosen];
    const watched = [on.coach.folder, join(on.coach.folder, "delegate")];
    mkdirSync(watched[1] as string, { recursive: true });
    const struck = await (command.run?.(bench, args, watched) ?? runStruck(bench.program, args, { watched, afterMs: bench.afterMs }));
    await checkDelegate(on);
    if (struck.code === 0) await command.done?.(on, chosen);
    else if (bench.random.once(3) && command.run === undefined) {
      const { code, stderr } = await runStruck(bench.program, args, { watched: [], afterMs: null });
      assert.equal(code, 0, `run again: ${stderr}`);
      await checkDelegate(on);
    }
    if (bench.random.once(5)) await checkWhole(on.phone.home, { accepted: [] });
    return { struck, midway: struck.killed };
  } catch (error) {
    await endOwner();
    throw error;
  }
}

async function strikeInit(bench: Bench): Promise<Outcome> {
  const folder = bench.folder();
  const home = homeAt(join(folder, "coach"));
  const args = ["--home", home.folder, "--json", "delegate", "init", "--name", "coach"];
  const struck = await runStruck(bench.program, args, { watched: [folder], afterMs: bench.afterMs });
  const isMade = existsSync(home.deviceKey);
  assert.ok(isMade || struck.code !== 0, "it said that it was done, and there is no key");
  const did = isMade ? await withDelegate(home, async ({ key }) => key.did) : null;
  const again = await runStruck(bench.program, args, { watched: [], afterMs: null });
  assert.equal(again.code, 0, `run again: ${again.stderr}`);
  if (did !== null) assert.equal(await withDelegate(home, async ({ key }) => key.did), did, "a key that was made stays");
  rmSync(folder, { recursive: true, force: true });
  return { struck, midway: struck.killed && !isMade };
}

/** The owner asks what is held, of a delegate that this process serves. */
async function strikeChallenge(bench: Bench): Promise<Outcome> {
  const on = await sceneOf(bench);
  const delegate = await openDelegate(on.coach, async () => null);
  let serving: RunningServer | null = null;
  try {
    on.strikes++;
    const id = await granted(on);
    await acceptGrant(delegate, id, servedAt(on));
    await pullGrant(delegate, id, connecting(delegate));
    serving = await startServer({
      handler: (message, key) => answerAsDelegate(delegate, message, key),
      knows: (key) => isKnownToDelegate(delegate, key),
      self: delegate.key,
      crypto: nativeCrypto,
      ...system,
      host: "127.0.0.1",
      port: 0,
    });
    const { home } = on.phone;
    const args = ["--home", home.folder, "--json", "challenge", id, serving.url];
    const struck = await runStruck(bench.program, args, { watched: [home.folder], afterMs: bench.afterMs });
    assert.ok(struck.killed || struck.code === 0, struck.stderr);
    await checkWhole(home, { accepted: [] });
    return { struck, midway: struck.killed };
  } catch (error) {
    await endOwner();
    throw error;
  } finally {
    await serving?.close();
    await delegate.close();
  }
}

export const delegateCommands: readonly WritingCommand[] = [
  { name: "delegate init", weight: 2, strike: strikeInit },
  ...delegated.map((command) => ({ name: command.name, weight: command.weight, strike: (bench: Bench) => strike(command, bench) })),
  { name: "challenge", weight: 2, strike: strikeChallenge },
];
