/** Proposes a claim, asks the owner, and confirms it in their name. */
import { createInterface } from "node:readline/promises";
import { PoolError } from "fablepool/client";
import { connected } from "./connected.ts";

const [predicate = "preference.food", object = "olives", said] = process.argv.slice(2);
const asking = createInterface({ input: process.stdin, output: process.stderr });
const memory = await connected({
  askOwner: async (question) => /^y/i.test(await asking.question(`${question}\n[y/N] `)),
});
try {
  const { is, claim } = await memory.remember({ predicate, object, ...(said === undefined ? {} : { said }) });
  console.log(is === "known" ? "I know that already." : `Proposed: ${claim?.sentence}`);
  if (claim !== null) {
    await memory.confirm([claim.claim]);
    console.log("Confirmed.");
  }
} catch (error) {
  if (!(error instanceof PoolError)) throw error;
  console.log(error.message);
}
asking.close();
await memory.close();
