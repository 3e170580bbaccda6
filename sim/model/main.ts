/** `node sim/model/main.ts small` or `large`: every history within these bounds, and how many they were. */
import { boundsOf, checkBounds } from "./check.ts";

const size = process.argv[2] === "large" ? "large" : "small";
for (const [name, bounds] of Object.entries(boundsOf(size))) {
  const started = performance.now();
  const { histories, refusals } = await checkBounds(bounds);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${name}, ${bounds.free} free operations: ${histories} histories, ${refusals} refusals, all as the model says (${seconds} s)`,
  );
}
