/** A home that was removed with all that it wrote, and was taken in again with another key: it may say its work again. */
import { join } from "node:path";
import {
  type Home,
  homeAt,
  initNode,
  keyToRejoin,
  planRemoval,
  removeAsPlanned,
  rootOfPhrase,
  system,
  takeNewKey,
} from "../../src/node/index.ts";
import { type Writer, writeDrafts } from "../../src/node/write.ts";
import { claims } from "../node/replicas.ts";

/** Claims that wait to be said again. */
export const carried = 300;

let made: Promise<Home> | null = null;

/** Made once, in `folder`. */
export function rejoined(folder: string): Promise<Home> {
  made ??= make(homeAt(join(folder, "rejoined")));
  return made;
}

async function make(home: Home): Promise<Home> {
  const nobody = async () => null;
  const { node, entropy } = await initNode(home, { name: "phone", passphrase: null });
  await node.write(claims(carried));
  const root: Writer = { ...system, ...rootOfPhrase(entropy) };
  const plan = await planRemoval(node, { key: node.writer.did, reason: "stolen", since: null, asRoot: true, last: "none" });
  await removeAsPlanned(node, plan, root);
  const { did } = await keyToRejoin(node, nobody);
  await writeDrafts(node.replica, root, [{ type: "device_add", payload: { key: did, role: "full" } }]);
  await takeNewKey(node);
  await node.close();
  return home;
}
