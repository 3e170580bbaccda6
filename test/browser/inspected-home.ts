/** Homes that the inspector is opened at, each in a folder of its own, closed and gone when the test ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshInspector } from "../../scripts/build-web.ts";
import { deriveClaims, type Home, homeAt, importFiles, initNode, type Node } from "../../src/node/index.ts";
import { type Inspector, startInspector } from "../../src/server/api/index.ts";

export const sampleFolder = join(import.meta.dirname, "..", "..", "demo", "sample");

export interface InspectedHome {
  readonly home: Home;
  readonly inspector: Inspector;
  /** What failed in the node that should not have. */
  readonly defects: unknown[];
  close(): Promise<void>;
}

/** Fills a new home by `fill`, or leaves it without a device, and opens the inspector at it. */
export async function inspectedHome(fill?: (node: Node) => Promise<void>): Promise<InspectedHome> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-inspected-"));
  const home = homeAt(join(folder, "home"));
  if (fill) {
    const { node } = await initNode(home, { name: "phone", passphrase: null });
    await fill(node);
    await node.close();
  }
  const defects: unknown[] = [];
  const inspector = await startInspector({
    home,
    version: "test",
    ask: () => Promise.reject(new Error("no passphrase is asked for here")),
    port: 0,
    pairingHost: "127.0.0.1",
    pageFolder: await freshInspector(() => {}),
    sampleFolder,
    onDefect: (defect) => defects.push(defect),
  });
  return {
    home,
    inspector,
    defects,
    async close() {
      await inspector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The sample's person: imported, and concluded from. */
export async function fillWithSample(node: Node): Promise<void> {
  await importFiles(node, [sampleFolder]);
  await deriveClaims(node, {});
}
