/**
 * Makes a home with a large memory, to measure and to look at:
 *
 *   node scripts/make-big-home.ts /tmp/big-home            100,000 claims, 25,000 items of evidence (a minute or two)
 *   node scripts/make-big-home.ts /tmp/big-home 10000      fewer claims
 *   node src/cli/main.ts --home /tmp/big-home open
 */

import { makeBigHome } from "../bench/kit/big-home.ts";
import { homeAt } from "../src/node/index.ts";

const [folder, claims = "100000"] = process.argv.slice(2);
if (folder === undefined || !(Number(claims) > 0)) {
  console.error("usage: node scripts/make-big-home.ts <folder> [claims]");
  process.exitCode = 2;
} else {
  const began = performance.now();
  await makeBigHome(homeAt(folder), {
    claims: Number(claims),
    onProgress: (done, of) => process.stderr.isTTY && process.stderr.write(`\r${done.toLocaleString("en")} of ${of.toLocaleString("en")}`),
  });
  console.log(`${folder}: ${Number(claims).toLocaleString("en")} claims in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
