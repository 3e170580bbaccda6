/** Bugs of delegation: what a delegate keeps too long, and what is served to whom it was not granted. */
import type { JsonObject } from "../../src/core/ports.ts";
import type { ServerIdentity } from "../../src/node/caller.ts";
import type { Delegate } from "../../src/node/delegate/open-delegate.ts";
import type { Replica } from "../../src/node/replica.ts";
import { answer } from "../../src/node/sync-server.ts";
import type { Handler } from "../../src/transport/index.ts";
import { type Canary, withMembers } from "./canary.ts";

/** Purges by its register alone. */
function keepingFiles(delegate: Delegate): Delegate {
  const cache: Delegate["cache"] = (grant) => withMembers(delegate.cache(grant), { wipe: () => undefined });
  return withMembers(delegate, { cache });
}

function stoppedClock(delegate: Delegate): Delegate {
  const opened = delegate.clock();
  return withMembers(delegate, { clock: () => opened });
}

/** Whoever names the grantee is taken for it. */
function believing(replica: Replica, self: ServerIdentity): Handler {
  return (message, key) => {
    const { type, grantee } = (message ?? {}) as JsonObject;
    return answer(replica, self, message, type === "delegate_pull" && typeof grantee === "string" ? grantee : key);
  };
}

export const delegateCanaries: readonly Canary[] = [
  {
    name: "purge leaves the file",
    bug: "a delegate notes that a slice is purged and leaves it on its disk",
    caughtBy: ["delegate"],
    delegate: true,
    wraps: { delegate: keepingFiles },
  },
  {
    name: "delegate's time stands still",
    bug: "a delegate never finds that a slice is stale or has expired",
    caughtBy: ["delegate"],
    delegate: true,
    wraps: { delegate: stoppedClock },
  },
  {
    name: "slice served to another",
    bug: "a server gives a slice to whoever names the grantee",
    caughtBy: ["delegate"],
    delegate: true,
    wraps: { handler: believing },
  },
];
