import type { Deriver } from "../deriver.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn, mentions } from "../text/own-words.ts";

const pattern =
  /\bI(?:['’]m| am)?(?: \p{Ll}+)? work(?:ing)?(?: (?:about|around|up to|roughly|nearly|over|more than|at least))? (?<hours>\d{1,2})(?: ?[-–] ?\d{1,2})?[- ]hours? (?:a|per|each|every) week\b/gu;

/** How much the person works, in their own words. */
export const hours: Deriver = {
  name: "work.hours",
  version: "1",
  round: 1,
  says: ["work.hours"],
  begin({ self }) {
    const said = new Tally();
    return {
      evidence(item) {
        if (!mentions(item, self, ["hour"])) return;
        for (const { match } of matchesIn(item, self, pattern)) {
          const count = Number(match.groups?.["hours"]);
          if (count >= 5 && count <= 100) said.add(`${count} hours a week`, item, undefined);
        }
      },
      *derive() {
        const ranked = said.ranked();
        const [best] = ranked;
        if (best === undefined) return;
        const total = ranked.reduce((sum, { support }) => sum + support.days, 0);
        yield claimOf(best.support, {
          predicate: "work.hours",
          object: best.key,
          confidence: confidenceOf({ base: 0.72, more: best.support.days - 1, agreement: best.support.days / total }),
          rationale: `said on ${counted(best.support.days, "day")}`,
        });
      },
    };
  },
};
