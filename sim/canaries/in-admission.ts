/** Bugs of judging: who may write, what is believed, what is refused without a reason that holds everywhere. */
import type { ControlLog } from "../../src/core/admission/control-log.ts";
import type { Device, DeviceView } from "../../src/core/admission/device-view.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import type { Shaped } from "../../src/core/op/shape.ts";
import { type Committed, type MakeOps, Replica } from "../../src/node/replica.ts";
import type { Reader } from "../../src/store/index.ts";
import type { Canary } from "./canary.ts";

type CommitOptions = Parameters<Replica["commit"]>[1];

/** A view in which every key is a device. */
function letsEverybodyWrite(view: DeviceView): DeviceView {
  const device = (key: Did): Device => ({ key, role: "full", rank: 1, add: "" as Device["add"] });
  const devices = new Map(view.devices);
  devices.get = (key) => view.devices.get(key) ?? device(key);
  return { ...view, devices, removals: new Map() };
}

class Trusting extends Replica {
  override async controlLog(reader: Reader): Promise<ControlLog> {
    const log = await super.controlLog(reader);
    const viewOf = Object.getPrototypeOf(log).viewOf as ControlLog["viewOf"];
    log.viewOf = (past) => letsEverybodyWrite(viewOf.call(log, past));
    return log;
  }
}

class Forgiving extends Replica {
  override async controlLog(reader: Reader): Promise<ControlLog> {
    const log = await super.controlLog(reader);
    const view = Object.getPrototypeOf(log).view as ControlLog["view"];
    log.view = () => ({ ...view.call(log), removals: new Map() });
    return log;
  }
}

/** Keeps what waits for others as if it had been admitted. */
class Impatient extends Replica {
  override async commit(make: MakeOps, options?: CommitOptions): Promise<Committed> {
    const done = await super.commit(make, options);
    const early = done.deferred.map((shaped) => {
      const { op_id: id, author, seq, lamport, type } = shaped.envelope;
      return { id, author, seq, lamport, type, chain: 0, past: 0, shaped };
    });
    if (early.length > 0) await this.store.write((tx) => tx.append(early, new Set()));
    return done;
  }
}

/** A replica that leaves out some of what it is given; not of what it writes itself. */
function choosy(takes: (op: Shaped, log: ControlLog) => boolean) {
  return class extends Replica {
    override commit(make: MakeOps, options?: CommitOptions): Promise<Committed> {
      const given: MakeOps = async (tx, log) => (await make(tx, log))?.filter((op) => options?.whole || takes(op, log)) ?? null;
      return super.commit(given, options);
    }
  };
}

const OneChain = choosy(({ envelope: { author, seq, op_id } }, log) =>
  [...log.chains.values()].every((chain) => chain.author !== author || chain.tipSeq < seq || chain.tip === op_id),
);
const yearMs = 365 * 24 * 3_600_000;
const OwnClock = choosy(({ envelope: { ts } }) => ts < 1_790_000_000_000 + yearMs);

export const admissionCanaries: readonly Canary[] = [
  {
    name: "author rule skipped",
    bug: "an operation is admitted whoever wrote it",
    caughtBy: ["authority", "closed"],
    wraps: { replica: (store, crypto) => new Trusting(store, crypto) },
  },
  {
    name: "contested work counts",
    bug: "what a removed device wrote afterwards has an effect",
    caughtBy: ["authority", "closed", "heard"],
    wraps: { replica: (store, crypto) => new Forgiving(store, crypto) },
  },
  {
    name: "operation without its past",
    bug: "what waits for another operation is kept as if it had been admitted",
    caughtBy: ["closed"],
    wraps: { replica: (store, crypto) => new Impatient(store, crypto) },
  },
  {
    name: "signature not checked",
    bug: "any signature will do",
    caughtBy: ["authority", "closed"],
    wraps: { crypto: (crypto) => ({ ...crypto, ed25519: { ...crypto.ed25519, verify: () => true } }) },
  },
  {
    name: "fork dropped",
    bug: "of two operations of one author with the same seq, the second is dropped",
    caughtBy: ["convergence"],
    wraps: { replica: (store, crypto) => new OneChain(store, crypto) },
  },
  {
    name: "clock believed",
    bug: "an operation from the future by the writer's clock is dropped",
    caughtBy: ["convergence"],
    wraps: { replica: (store, crypto) => new OwnClock(store, crypto) },
  },
];
