import type { Deriver } from "../deriver.ts";
import { dayMs } from "../reading/wall.ts";
import { Claims, fromClaims, inWords } from "./parts.ts";

const tripsLeast = 5;

/** Somebody who is away often: by the journeys of the last year. */
export const traveller: Deriver = {
  name: "trait.travel",
  version: "1",
  round: 2,
  says: ["trait.activity"],
  begin({ asOf }) {
    const claims = new Claims("travel.trip");
    return {
      claim(claim) {
        if (claim.subject === "self" && (claim.validFrom ?? 0) > asOf - 365 * dayMs) claims.add(claim);
      },
      *derive() {
        const trips = claims.of("travel.trip");
        if (trips.length < tripsLeast) return;
        yield fromClaims(trips.slice(0, 16), {
          predicate: "trait.activity",
          object: "a frequent traveller",
          link: 0.35,
          rationale: `${trips.length} journeys in a year: ${trips.slice(0, 8).map(inWords).join("; ")}`,
        });
      },
    };
  },
};
