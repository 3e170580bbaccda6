/** Runs a script from the founding of the pool to the end, where the network heals, and says what was found. */
import type { Crypto } from "../src/core/ports.ts";
import { nativeCrypto } from "../src/node/native-crypto.ts";
import { rememberingCrypto } from "../src/testkit/remembering-crypto.ts";
import type { Script } from "./actions.ts";
import { type Build, production } from "./build.ts";
import { checkAuthority } from "./checks/authority.ts";
import { checkClosed, checkNoHoles } from "./checks/closed.ts";
import { checkConvergence } from "./checks/convergence.ts";
import { checkErasure } from "./checks/erasure.ts";
import { checkExpelled } from "./checks/expelled.ts";
import { checkNothingLost } from "./checks/nothing-lost.ts";
import { checkSameView } from "./checks/same-view.ts";
import type { Device } from "./device.ts";
import type { Diary } from "./diary.ts";
import { Guest } from "./guest.ts";
import { grant, perform, replaceRotten, restart } from "./perform.ts";
import { simulatedCrypto } from "./simulated-signatures.ts";
import { Trace } from "./trace.ts";
import { type Finding, idle, World } from "./world.ts";

export interface Outcome {
  /** Empty when every check held. */
  readonly findings: readonly Finding[];
  readonly steps: number;
  /** Of the trace: equal for two runs of one script. */
  readonly digest: string;
  /** Operations on the first device in the end. */
  readonly operations: number;
  readonly lines: readonly string[];
}

export interface HistoryOptions {
  readonly build?: Build;
  readonly crypto?: Crypto;
  readonly keepTrace?: boolean;
  /** Where it is written down what the disks are asked. */
  readonly diary?: Diary;
}

export async function runHistory(script: Script, options: HistoryOptions = {}): Promise<Outcome> {
  const {
    build = production,
    crypto = script.delegate ? rememberingCrypto(nativeCrypto) : simulatedCrypto,
    keepTrace = false,
    diary,
  } = options;
  const trace = new Trace(keepTrace);
  const world = new World(build, crypto, trace, diary);
  await world.found(script.nodes, script.seed);
  if (script.delegate) {
    world.guest = new Guest(world);
    await world.guest.open();
    grant(world, world.devices[0] as Device, script.seed);
    await idle();
  }
  for (const action of script.actions) {
    if (world.findings.length > 0) break;
    trace.step(action.do, JSON.stringify(action));
    await perform(world, action).catch((error) => world.find("errors", `${action.do} threw ${error.stack}`));
  }
  if (world.findings.length === 0) await end(world);
  await idle();
  world.guest?.close();
  for (const { index, disk } of world.devices) diary?.ended(index, disk.tables);
  const operations = world.devices[0]?.disk.tables.ops.size ?? 0;
  return { findings: world.findings, steps: trace.steps, digest: trace.digest(), operations, lines: trace.lines() };
}

/** The faults end, everybody is back, and what must be true in the end is looked at. */
async function end(world: World): Promise<void> {
  world.trace.step("end");
  world.network.split(0);
  for (const device of world.devices) {
    device.disk.mend();
    restart(world, device);
    checkNothingLost(world, device);
    checkNoHoles(world, device);
    if (device.rotten) await checkClosed(world, device);
    await replaceRotten(world, device);
  }
  await world.settle();
  if (world.findings.length === 0) await checkConvergence(world);
  const [first] = world.devices;
  if (first === undefined || world.findings.length > 0) return;
  for (const device of world.devices) checkNothingLost(world, device);
  await checkSameView(world, world.devices);
  // All are alike now: what is true of one is true of all, but for what else may lie on a disk.
  await checkClosed(world, first);
  const verdict = checkAuthority(world, first);
  for (const device of world.devices) checkErasure(world, device, verdict);
  for (const device of world.devices) checkExpelled(world, device);
  await world.guest?.finish();
}
