/** `node sim/model/main.ts small` or `large`: every history within these bounds, and how many they were. */
import { boundsOf, checkBounds } from "./check.ts";

const [size = "small", ...more] = process.argv.slice(2);
if ((size !== "small" && size !== "large") || more.length > 0) {
  console.error(`the bounds are small or large, not ${process.argv.slice(2).join(" ")}`);
  process.exit(2);
}
for (const [name, bounds] of Object.entries(boundsOf(size))) {
  const started = performance.now();
  const { histories, refusals } = await checkBounds(bounds);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${name}, ${bounds.free} free operations: ${histories} histories, ${refusals} refusals, all as the model says (${seconds} s)`,
  );
}
