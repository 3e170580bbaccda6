/** Every golden vector, and the files that hold them. */
import { admissionVectors } from "./admission.ts";
import { ruleVectors } from "./admission-rules.ts";
import { credentialVectors } from "./credential.ts";
import { delegationVectors } from "./delegation.ts";
import { deviceVectors } from "./devices.ts";
import { jsonVectors } from "./encoding-json.ts";
import { keyVectors } from "./encoding-keys.ts";
import { hostingVectors } from "./hosting.ts";
import { hostingRequestVectors } from "./hosting-requests.ts";
import { memoryVectors } from "./memory.ts";
import { operationVectors } from "./operation.ts";
import { exchangeVectors } from "./pairing.ts";
import { inviterVectors } from "./pairing-inviter.ts";
import { predicatesFile } from "./predicates.ts";
import { print } from "./print.ts";
import { recoveryVectors } from "./recovery.ts";
import { clientVectors } from "./sync-client.ts";
import { messageVectors } from "./sync-messages.ts";
import { partyVectors } from "./sync-parties.ts";
import { runVectors } from "./sync-runs.ts";
import { liveVectors } from "./transport-live.ts";
import { replyVectors } from "./transport-replies.ts";
import { requestVectors } from "./transport-requests.ts";

/** Text of every file that `npm run vectors` writes, by its path under `spec/`. The same text in every run. */
export function allFiles(): Map<string, string> {
  const files = new Map([["predicates.json", predicatesFile()]]);
  const parts = [
    ...[jsonVectors, keyVectors, operationVectors, admissionVectors, ruleVectors, deviceVectors, memoryVectors],
    ...[
      messageVectors,
      runVectors,
      partyVectors,
      clientVectors,
      requestVectors,
      replyVectors,
      liveVectors,
      credentialVectors,
      delegationVectors,
    ],
    recoveryVectors,
    ...[exchangeVectors, inviterVectors, hostingVectors, hostingRequestVectors],
  ];
  for (const { path, body } of parts.flat()) {
    const file = `vectors/${path}.json`;
    if (!/^[a-z]+\/[a-z0-9-]+$/.test(path)) throw new RangeError(`not a name for a scenario: ${path}`);
    if (files.has(file)) throw new RangeError(`two scenarios are called ${path}`);
    files.set(file, print(body));
  }
  return files;
}
