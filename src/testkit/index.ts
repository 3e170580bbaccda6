/** What a second implementation, or another store, is tested with. */
export { fixedKey } from "./fixed-keys.ts";
export { hostileTexts } from "./hostile-texts.ts";
export { loadVectors, type Vector } from "./load-vectors.ts";
export { type ManualClock, manualClock } from "./manual-clock.ts";
export { judgeAll, type OracleVerdict, type Step } from "./oracle.ts";
export { PlainPeer, type PlainPeerOptions, type PlainReport } from "./plain-peer.ts";
export { type PoolHistory, poolHistory } from "./pool-history.ts";
export { type ScriptedPool, scriptedPool } from "./scripted-pool.ts";
export { type SeededRandom, seededRandom } from "./seeded-random.ts";
export { type OpenedStore, type OpenStore, storeContract } from "./store-contract.ts";
