/** A pool made once: its home, exported log, recovery phrase and backup, for the commands that begin from these. */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  backupKeyOf,
  exportLog,
  type Home,
  homeAt,
  initNode,
  makeBackup,
  type Opener,
  openNode,
  phraseOf,
  readSettings,
  rootOfPhrase,
  writeSettings,
} from "../../src/node/index.ts";
import { claims, idsOf } from "../node/replicas.ts";

export interface Template {
  readonly folder: string;
  readonly home: Home;
  readonly words: string;
  readonly log: string;
  readonly backup: string;
  readonly opener: Opener;
  readonly recipient: string;
  readonly root: string;
  readonly pool: string;
  readonly ids: readonly string[];
}

export async function makeTemplate(folder: string, count: number): Promise<Template> {
  mkdirSync(folder, { recursive: true });
  const [words, log, backup] = [join(folder, "words"), join(folder, "log.jsonl"), join(folder, "pool.age")];
  const { node, entropy, pool } = await initNode(homeAt(join(folder, "home")), { name: "phone", passphrase: null });
  try {
    const { recipient, identity } = await backupKeyOf(entropy);
    writeSettings(node.home, { ...readSettings(node.home), recovery: { recipient, confirmed: true } });
    await node.write(claims(count));
    const lines: string[] = [];
    for await (const line of exportLog(node.replica)) lines.push(line);
    writeFileSync(log, lines.join(""));
    await makeBackup(node, backup, { seal: { recipient } });
    writeFileSync(words, await phraseOf(entropy));
    const root = rootOfPhrase(entropy).did;
    return { folder, home: node.home, words, log, backup, opener: { identity }, recipient, root, pool, ids: await idsOf(node.replica) };
  } finally {
    await node.close();
  }
}

/** A home like the template's that may write: a copy alone would rightly not do so before it has synced. */
export async function copyOf({ home }: Pick<Template, "home">, folder: string): Promise<Home> {
  cpSync(home.folder, folder, { recursive: true });
  for (const end of ["-wal", "-shm"]) if (existsSync(`${homeAt(folder).store}${end}`)) rmSync(`${homeAt(folder).store}${end}`);
  const copy = homeAt(folder);
  const node = await openNode(copy, async () => null);
  await node.replica.store.write((tx) => tx.setLocal("unproven", null));
  await node.close();
  return copy;
}
