/**
 * The store contract as tests: `src/store/store.ts` says in prose what every store promises, here is at least one test for
 * each sentence and each method. A store's whole test is a call of `storeContract` with how to open an empty one.
 */
import { describe } from "node:test";
import type { Store } from "../store/index.ts";
import { changeTests } from "./store-contract-change.ts";
import { logTests } from "./store-contract-log.ts";
import { promiseTests } from "./store-contract-promises.ts";
import { searchTests } from "./store-contract-search.ts";
import { viewTests } from "./store-contract-view.ts";

export interface OpenedStore {
  readonly store: Store;
  /** Opens the same data once more, beside or after the first; absent when a store forgets everything. */
  reopen?(): Promise<Store>;
  /** Closes what is open and leaves nothing behind. */
  dispose(): Promise<void>;
}

export type OpenStore = () => Promise<OpenedStore>;

/** Runs `work` on a fresh store, and disposes of it. */
export type OnStore = (work: (opened: OpenedStore) => Promise<void>) => () => Promise<void>;

export function storeContract(name: string, open: OpenStore): void {
  const onStore: OnStore = (work) => async () => {
    const opened = await open();
    try {
      await work(opened);
    } finally {
      await opened.dispose();
    }
  };
  describe(`${name} store keeps the contract`, () => {
    promiseTests(onStore);
    logTests(onStore);
    changeTests(onStore);
    viewTests(onStore);
    searchTests(onStore);
  });
}
