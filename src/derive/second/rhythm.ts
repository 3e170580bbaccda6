import type { Deriver } from "../deriver.ts";
import { Claims, fromClaims, inWords, memberOf } from "./parts.ts";

/** An early riser or a night owl: by sleep, with the routines of early mornings and late evenings. */
export const rhythm: Deriver = {
  name: "trait.rhythm",
  version: "1",
  round: 2,
  says: ["trait.rhythm"],
  begin() {
    const claims = new Claims("schedule.sleep", "schedule.weekly", "schedule.daily");
    return {
      claim(claim) {
        if (claim.subject === "self") claims.add(claim);
      },
      *derive() {
        const [sleep] = claims.of("schedule.sleep");
        const routines = ["schedule.daily", "schedule.weekly"].flatMap((predicate) => claims.of(predicate));
        const starts = (test: (time: string) => boolean) =>
          routines.filter((claim) => /^\d\d:\d\d$/u.test(memberOf(claim, "time")) && test(memberOf(claim, "time")));
        const early = [
          ...(sleep !== undefined && isBefore(memberOf(sleep, "to"), "06:30") ? [sleep] : []),
          ...starts((time) => time < "07:00" && time >= "04:00"),
        ];
        const late = [
          ...(sleep !== undefined && isLate(memberOf(sleep, "from")) ? [sleep] : []),
          ...starts((time) => time >= "22:30" || time < "03:00"),
        ];
        const sure = (found: readonly unknown[]) => found.includes(sleep) || found.length >= 2;
        if (sure(early) && early.length > late.length)
          yield fromClaims(early.slice(0, 8), {
            predicate: "trait.rhythm",
            object: "an early riser",
            link: 0.85,
            rationale: `because of ${early.slice(0, 8).map(inWords).join("; ")}`,
          });
        if (sure(late) && late.length > early.length)
          yield fromClaims(late.slice(0, 8), {
            predicate: "trait.rhythm",
            object: "a night owl",
            link: 0.85,
            rationale: `because of ${late.slice(0, 8).map(inWords).join("; ")}`,
          });
      },
    };
  },
};

function isBefore(time: string, limit: string): boolean {
  return time !== "" && time <= limit && time >= "03:00";
}

function isLate(time: string): boolean {
  return time !== "" && time >= "00:30" && time < "05:00";
}
