/** A process that imports a folder and says after each durable batch how many items it has: `node import-child.ts <home> <folder>`. */
import { homeAt, importFiles } from "../../src/node/index.ts";
import { withHome } from "./homes.ts";

const [home = "", folder = ""] = process.argv.slice(2);
await withHome(homeAt(home), (node) => importFiles(node, [folder], { onProgress: ({ items }) => process.stdout.write(`${items}\n`) }));
process.stdout.write("done\n");
