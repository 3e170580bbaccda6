// FablePool as a peer of the comparison benchmark (`bench/peers.ts` runs it): node, SQLite store, signed HTTP, as the
// command line uses them, as they are published (`npm run build` before). A is founded with two devices, A and B, both `full`; B joins by its first sync.
// A record is an item of evidence whose content it is: what a person's memory mostly holds. PEER_VARIANT 'claim': it is a
// claim, with its statuses.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterLoading } from "../dist/cli/v8.js"; // as the command line does
import {
  addDevice,
  answer,
  homeAt,
  initNode,
  listClaims,
  listEvidence,
  nativeCrypto,
  newDevice,
  openNode,
  syncWith,
  system,
} from "../dist/node/index.js";
import { rehearse, startServer } from "../dist/server/index.js";
import { openHttpTransport } from "../dist/transport/index.js";

// The runner's folder, where this file is linked to: its `lib.mjs` has the records and the lines to speak.
const { record, serve, until } = await import(pathToFileURL(join(dirname(process.argv[1]), "lib.mjs")).href);

const variant = process.env.PEER_VARIANT ?? "";
const writeSize = 1_000;
let node, shared, role, server, syncing, transport, base;

function draftOf(index) {
  const content = record(index, role);
  if (variant === "claim") {
    const { derived_from: _sources, method: name, ...said } = content;
    return { type: "claim", payload: { ...said, derived_from: [], method: { name, version: "1" } } };
  }
  const source = { adapter: "bench", version: "1" };
  return { type: "evidence", payload: { source, origin: "import", external_id: `${role}${index}`, kind: "note", content } };
}

/** Records that are in the store; by its chains, since counting rows takes a while where there are a million. */
const held = async () => {
  const chains = await node.replica.store.read((reader) => reader.chains());
  return chains.reduce((sum, { parentSeq, tipSeq }) => sum + tipSeq - parentSeq, -base);
};

serve({
  async init(options) {
    role = options.role;
    shared = options.shared;
    const home = homeAt(join(options.dir, "home"));
    const device = { name: role, passphrase: null };
    const before = existsSync(home.deviceKey);
    afterLoading();
    if (before) node = await openNode(home, async () => null);
    else if (role === "A") {
      const { node: founded, pool } = await initNode(home, device);
      node = founded;
      shared = { pool };
    } else {
      node = await newDevice(home, device);
      await node.replica.store.write((tx) => tx.setPool(shared.pool));
    }
    base = 3; // genesis and two devices are no records
    return { ...shared, node: shared?.node ?? node.writer.did, did: node.writer.did };
  },
  async append(from, count) {
    if (role === "A" && (await held()) < 0) base = 2; // B is added when it has told its key
    for (let at = from; at < from + count; at += writeSize) {
      const drafts = Array.from({ length: Math.min(writeSize, from + count - at) }, (_, index) => draftOf(at + index));
      await node.write(drafts);
    }
  },
  async published(other) {
    if (!shared.added) await addDevice(node, { key: other.did, role: "full", name: "" });
    shared.added = true;
    base = 3;
    return { node: node.writer.did };
  },
  async listen() {
    const { did, seed } = node.writer;
    server = await startServer({
      handler: (message, key) => answer(node.replica, { did }, message, key, { asText: true }),
      knows: (key) => node.replica.store.read(async (reader) => (await node.replica.controlLog(reader)).view().devices.has(key)),
      self: { did, seed },
      crypto: nativeCrypto,
      clock: system.clock,
      random: system.random,
      host: "127.0.0.1",
      port: 0,
      // The runner counts bytes by a proxy, and the client asks by the proxy's name, whose port nobody tells us.
      authorities: Array.from({ length: 65_536 }, (_, each) => `127.0.0.1:${each}`),
    });
    await rehearse(node, server);
    return server.port;
  },
  async connect(port, { node: peer }) {
    const { did, seed, clock, random } = node.writer;
    const url = `http://127.0.0.1:${port}`;
    transport = openHttpTransport({ url, node: peer, key: { did, seed }, crypto: nativeCrypto, clock, random, compress: true });
    syncing = syncWith(node.replica, transport, { node: peer });
    syncing.catch((error) => console.error(error));
  },
  async wait(count) {
    await syncing;
    await until(async () => (await held()) >= count);
  },
  async disconnect() {
    await transport.close();
  },
  async read() {
    const [found] = variant === "claim" ? await listClaims(node.replica, { limit: 1 }) : await listEvidence(node.replica, { limit: 1 });
    return found.op.payload;
  },
  async close() {
    await node.close();
  },
});
