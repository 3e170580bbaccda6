/** Bugs of storing: what is lost, half kept, kept too long, or not kept as told. */
import type { OpId } from "../../src/core/op/operation.ts";
import { copyTables, type OpInfo, type Store, type Tables, type Transactor } from "../../src/store/index.ts";
import type { Disk } from "../disk.ts";
import { type Canary, changed, readsOf } from "./canary.ts";

/** What disks held before their last commit. */
const unflushed = new WeakMap<Disk, Tables>();
/** What was appended in transactions that are still open. */
const appended = new WeakMap<Disk, Parameters<Transactor["append"]>[0]>();

function acknowledgingEarly(store: Store, disk: Disk): Store {
  return {
    ...readsOf(store),
    async write(work) {
      const before = copyTables(disk.tables);
      const result = await store.write(work);
      unflushed.set(disk, before);
      return result;
    },
  };
}

function withoutRollback(store: Store, disk: Disk): Store {
  const noting = changed(store, (tx) => ({
    async append(ops, withoutPayload) {
      await tx.append(ops, withoutPayload);
      appended.set(disk, ops);
    },
  }));
  return {
    ...readsOf(store),
    async write(work) {
      try {
        return await noting.write(work);
      } catch (error) {
        keepHalf(disk);
        throw error;
      } finally {
        appended.delete(disk);
      }
    },
  };
}

function keepHalf(disk: Disk): void {
  for (const { shaped, ...known } of appended.get(disk) ?? []) {
    const { envelope } = shaped;
    const info: OpInfo = { ...known, ts: envelope.ts, hasPayload: envelope.payload !== undefined };
    disk.tables.ops.set(known.id, { info, envelope, erased: false });
  }
  appended.delete(disk);
}

function takingBack(store: Store): Store {
  return changed(store, (tx) => {
    const back = new Set<OpId>();
    return {
      async attach(op) {
        await tx.unerase([op.id]);
        back.add(op.id);
        return tx.attach(op);
      },
      erase: (ids) => tx.erase(ids.filter((id) => !back.has(id))),
    };
  });
}

function missingLateTargets(store: Store): Store {
  return changed(store, (tx) => {
    const late = new Set<OpId>();
    return {
      append(ops) {
        for (const { id } of ops) late.add(id);
        return tx.append(ops, new Set());
      },
      erase: (ids) => tx.erase(ids.filter((id) => !late.has(id))),
    };
  });
}

export const storeCanaries: readonly Canary[] = [
  {
    name: "commit lost after it was acknowledged",
    bug: "a write says that it is durable before it is; a crash takes it back",
    caughtBy: ["nothing-lost"],
    wraps: {
      store: acknowledgingEarly,
      crashed(disk) {
        const before = unflushed.get(disk);
        if (before) disk.restore(before);
        unflushed.delete(disk);
      },
    },
  },
  {
    name: "half a transaction kept",
    bug: "when a transaction fails, the operations stay and what belongs to them does not",
    caughtBy: ["closed", "same-view", "authority"],
    wraps: { store: withoutRollback, crashed: keepHalf },
  },
  {
    name: "payload accepted after redaction",
    bug: "an operation whose payload was erased takes it again when somebody offers it",
    caughtBy: ["erasure", "closed", "authority", "convergence"],
    wraps: {
      store: takingBack,
    },
  },
  {
    name: "redaction too early",
    bug: "a redaction does not reach an operation that arrives with it or after it",
    caughtBy: ["erasure", "closed", "authority", "same-view", "convergence"],
    wraps: { store: missingLateTargets },
  },
  {
    name: "words left in the index",
    bug: "erasing an operation leaves the words it can be found by",
    caughtBy: ["erasure", "closed", "same-view"],
    wraps: {
      store: (store) =>
        changed(store, (tx) => ({
          async erase(ids) {
            const rows = await tx.searchRows(ids);
            await tx.erase(ids);
            await tx.putSearchRows(rows);
          },
        })),
    },
  },
  {
    name: "payload never attached",
    bug: "an operation that came without its payload never gets it",
    caughtBy: ["convergence"],
    wraps: { store: (store) => changed(store, () => ({ attach: async () => false })) },
  },
  {
    name: "view depends on the order of arrival",
    bug: "a claim that is active stays active when a better one arrives",
    caughtBy: ["closed", "authority", "same-view"],
    wraps: {
      store: (store) =>
        changed(store, (tx) => ({ setStatuses: (changes) => tx.setStatuses(changes.filter(({ status }) => status !== "superseded")) })),
    },
  },
  {
    name: "restored store writes at once",
    bug: "a store that may not be the newest is written to before it has synced",
    caughtBy: ["proven"],
    wraps: {
      store: (store) => changed(store, (tx) => ({ local: async (name) => (name === "unproven" ? null : tx.local(name)) })),
    },
  },
];
