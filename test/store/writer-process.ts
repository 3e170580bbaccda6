/**
 * A process that writes to a store until it has written enough or is killed. It prints an empty line once the store is open,
 * begins when its standard input ends, and prints the ids of each batch once they are durable, one batch a line:
 * `node writer-process.ts <file or address> <device> <batches> <batch size> <seed> [alone | beside]`. `beside` another it has not written
 * enough before it went on from something that the other wrote: which of two gets the store how often is the machine's choice.
 */
import { once } from "node:events";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { Replica } from "../../src/node/replica.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { openSqliteStore, type Store } from "../../src/store/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { claims, evidence, targeting, writerOf } from "../node/replicas.ts";

const [path = "", name = "", batches = "", size = "", seed = "", company = "alone"] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const store = await open(path);
const replica = new Replica(store, nativeCrypto);
const writer = { ...writerOf(name), random: random.bytes };
let last = new Set((await store.read((reader) => reader.heads())).map(({ id }) => id));
process.stdout.write("\n");
process.stdin.resume();
await once(process.stdin, "end");
let mine: string[] = [];
let met = company === "alone";
for (let batch = 0; batch < Number(batches) || (!met && batch < 2_000); batch++) {
  const drafts = [...claims(Number(size) - 2, random.below(1_000_000)), evidence(`${name} ${random.below(1_000_000)}`)];
  const judged = random.some(mine, 2);
  drafts.push(judged.length > 0 ? targeting(random.pick(["redaction", "refutation"]), ...judged) : evidence(`${seed} ${batch}`));
  const ids = await writeDrafts(replica, writer, async (tx) => {
    met ||= (await tx.heads()).some(({ id }) => !last.has(id));
    return drafts;
  });
  mine = ids;
  last = new Set(ids);
  process.stdout.write(`${ids.join(" ")}\n`);
}
await store.close();

/** `pg` is loaded only by those who need it: this process is to start fast. */
async function open(place: string): Promise<Store> {
  if (!place.startsWith("postgres:")) return openSqliteStore(place);
  const { openPostgresStore } = await import("../../src/store/postgres/index.ts");
  return openPostgresStore(place, "written by processes");
}
