/** Everything that can be asked of `/api`. */
import type { Endpoint } from "./endpoint.ts";
import { claimEndpoints } from "./routes/claims.ts";
import { deviceEndpoints } from "./routes/devices.ts";
import { documentEndpoints } from "./routes/document.ts";
import { eventEndpoints } from "./routes/events.ts";
import { evidenceEndpoints } from "./routes/evidence.ts";
import { homeEndpoints } from "./routes/home.ts";
import { importEndpoints } from "./routes/imports.ts";
import { judgingEndpoints } from "./routes/judging.ts";
import { pairingEndpoints } from "./routes/pairings.ts";
import { sharingEndpoints } from "./routes/sharing.ts";

export const endpoints: readonly Endpoint[] = [
  ...homeEndpoints,
  ...claimEndpoints,
  ...judgingEndpoints,
  ...evidenceEndpoints,
  ...deviceEndpoints,
  ...pairingEndpoints,
  ...sharingEndpoints,
  ...importEndpoints,
  ...eventEndpoints,
  ...documentEndpoints,
];
