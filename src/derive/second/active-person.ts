import type { DerivedClaim, Deriver, SeenClaim } from "../deriver.ts";
import { activitiesIn } from "../taste/activities.ts";
import { isSport } from "../taste/hobbies.ts";
import { Claims, fromClaims, inWords, memberOf } from "./parts.ts";

/** What those are called who do a sport. */
const athletes: Readonly<Record<string, string>> = {
  running: "a runner",
  cycling: "a cyclist",
  swimming: "a swimmer",
  hiking: "a hiker",
  climbing: "a climber",
  triathlon: "a triathlete",
  rowing: "a rower",
  tennis: "a tennis player",
  squash: "a squash player",
  badminton: "a badminton player",
  football: "a football player",
  basketball: "a basketball player",
  golf: "a golfer",
  yoga: "someone who practises yoga",
  dancing: "a dancer",
};
const endurance: ReadonlySet<string> = new Set(["running", "cycling", "swimming", "triathlon", "rowing", "hiking"]);
const race = /\b(?:race|marathon|half[- ]marathon|triathlon|ironman|ultra|10 ?-?k|5 ?-?k|parkrun|competition|tournament|league)\b/iu;

/** What kind of sportsperson one is: because of a hobby, with the routines, goals and events that belong to it. */
export const activePerson: Deriver = {
  name: "trait.activity",
  version: "1",
  round: 2,
  says: ["trait.activity"],
  begin() {
    const claims = new Claims("preference.hobby", "schedule.weekly", "schedule.daily", "goal.personal", "event.upcoming");
    return {
      claim(claim) {
        if (claim.subject === "self") claims.add(claim);
      },
      *derive() {
        const sports = claims.of("preference.hobby").filter(({ object }) => typeof object === "string" && isSport(object));
        for (const hobby of sports) {
          const claim = sportsperson(hobby, claims);
          if (claim !== null) yield claim;
        }
        const moving = [...sports, ...["schedule.weekly", "schedule.daily"].flatMap((predicate) => claims.of(predicate).filter(isMoving))];
        if (sports.length >= 2) {
          yield fromClaims(moving.slice(0, 8), {
            predicate: "trait.activity",
            object: "physically active",
            link: 0.7,
            rationale: `because of ${moving.slice(0, 8).map(inWords).join("; ")}`,
          });
        }
      },
    };
  },
};

function isMoving(claim: SeenClaim): boolean {
  return activitiesIn(memberOf(claim, "what")).some(({ sport }) => sport);
}

/** A hobby alone is a hobby: with a routine, a goal or an event of the same sport, one is what they call its people. */
function sportsperson(hobby: SeenClaim, claims: Claims): DerivedClaim | null {
  const sport = hobby.object as string;
  const name = athletes[sport];
  if (name === undefined) return null;
  const about = (text: string) => activitiesIn(text).some(({ label }) => label === sport);
  const routines = ["schedule.weekly", "schedule.daily"]
    .flatMap((predicate) => claims.of(predicate))
    .filter((claim) => about(memberOf(claim, "what")));
  const goals = claims.of("goal.personal").filter(({ object }) => typeof object === "string" && about(object));
  const events = claims.of("event.upcoming").filter((claim) => about(memberOf(claim, "what")));
  const others = [...routines, ...goals, ...events].slice(0, 8);
  if (others.length === 0) return null;
  const races = [...goals, ...events].some((claim) => race.test(typeof claim.object === "string" ? claim.object : memberOf(claim, "what")));
  const object = endurance.has(sport) && (races || routines.length > 1) ? name.replace(/^an? /u, "an endurance ") : name;
  return fromClaims([hobby, ...others], {
    predicate: "trait.activity",
    object,
    link: 0.75,
    rationale: `because of ${[hobby, ...others].map(inWords).join("; ")}`,
  });
}
