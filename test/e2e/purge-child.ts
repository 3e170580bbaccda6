/** A delegate that takes 12 slices, or purges them, in a process that may be killed. Writes a line for each thing that is durable. */

import { pullGrant } from "../../src/node/delegate/pull.ts";
import { beginPurge, finishPurges } from "../../src/node/delegate/purge.ts";
import { manualClock } from "../../src/testkit/manual-clock.ts";
import { accept, Grantor, openCoach, start } from "../node/delegate/grantor.ts";

const [, , home = "", what = ""] = process.argv;
const delegate = await openCoach(home, manualClock(start));

if (what === "hold") {
  const grantor = new Grantor(manualClock(start));
  const grants = Array.from({ length: 12 }, () => grantor.grant());
  const claims = grants.map((grant) => grantor.claim([grant]));
  for (const grant of grants) {
    await accept({ delegate, grantor }, grant);
    await pullGrant(delegate, grant, grantor.connect);
  }
  console.log(JSON.stringify(claims.map(({ payload }) => payload?.["object"])));
} else {
  await delegate.register.transact((rows) => {
    for (const record of rows.grants()) if (record.state === "held") beginPurge(delegate, rows, record, "asked", null);
  });
  console.log("begun");
  await finishPurges(delegate);
  console.log("done");
}
await delegate.close();
