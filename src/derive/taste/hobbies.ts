import type { DerivedClaim, Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { captionOf } from "../reading/caption.ts";
import { eventOf } from "../reading/event.ts";
import { dateText, dayMs } from "../reading/wall.ts";
import { workoutOf } from "../reading/workout.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { ownSentences } from "../text/own-words.ts";
import { activities, activitiesIn } from "./activities.ts";
import { collectionsIn } from "./collections.ts";

/** A hobby is told of on so many days at least, over so many days. */
const daysLeast = 5;
const spanLeast = 21;
/** Told to be loved: then one day is enough. */
const loved =
  /\b(?:my|a|our) (?:favou?rite |main |biggest |greatest |great |new )?(?:hobby|hobbies|pastime|passion)\b|\bmy greatest (?:pleasure|joy)\b/u;
/** Here what is loved follows; not what others do (`I love that you …`, `I love her …`). */
const loving =
  /\bI(?: really| also| absolutely| just)? (?:love|enjoy|adore|am passionate about|am (?:an? )?(?:avid|keen|passionate))\b(?<what>.*)|\bI['’]m (?:an? )?(?:avid|keen|passionate|really into)\b(?<what2>.*)/u;
const others = /^ (?:that|how|when|what|why|you|your|his|her|their|this|these|those)\b/iu;

/** What the person does for pleasure, by how often and how long it comes up, and by what they say they love. */
export const hobbies: Deriver = {
  name: "preference.hobby",
  version: "1",
  round: 1,
  says: ["preference.hobby"],
  begin({ self }) {
    const told = new Tally();
    const praised = new Tally();
    const trained = new Tally();
    return {
      evidence(item) {
        const workout = workoutOf(item);
        if (workout !== null) trained.add(workout.activity, item, undefined);
        for (const label of labelsIn(item, self)) told.add(label, item, undefined);
        for (const sentence of ownSentences(item, self)) {
          const text = loved.test(sentence) ? sentence : whatIsLoved(sentence);
          for (const label of [...activitiesIn(text).map((activity) => activity.label), ...collectionsIn(text)]) {
            praised.add(label, item, undefined);
          }
        }
      },
      *derive() {
        const labels = new Set([told, praised, trained].flatMap((tally) => tally.entries().map(({ key }) => key)));
        for (const label of [...labels].sort()) {
          const claim = hobbyOf(label, told.get(label), praised.get(label), trained.get(label));
          if (claim !== null) yield claim;
        }
      },
    };
  },
};

/** The sentence from `I love …` on; empty when that is about somebody else. */
function whatIsLoved(sentence: string): string {
  const found = loving.exec(sentence);
  const { what, what2 = "" } = found?.groups ?? {};
  return found === null || others.test(what ?? what2) ? "" : found[0];
}

function labelsIn(item: SeenEvidence, self: Oneself): Set<string> {
  const event = eventOf(item);
  const text = [...ownSentences(item, self), event?.title ?? "", captionOf(item)].join("\n");
  return new Set([...activitiesIn(text).map(({ label }) => label), ...collectionsIn(text)]);
}

function hobbyOf(
  label: string,
  told: Support | undefined,
  praised: Support | undefined,
  trained: Support | undefined,
): DerivedClaim | null {
  const supports = [praised, trained, told].filter((support) => support !== undefined);
  const days = new Set(supports.flatMap((support) => support.dayList)).size;
  const firsts = supports.flatMap(({ first }) => first ?? []);
  const lasts = supports.flatMap(({ last }) => last ?? []);
  const span = firsts.length === 0 ? 0 : (Math.max(...lasts) - Math.min(...firsts)) / dayMs;
  const regular = days >= daysLeast && span >= spanLeast;
  if (!regular && praised === undefined) return null;
  // A watch records every walk: that alone is no pastime.
  if (told === undefined && praised === undefined && label === "walking") return null;
  const parts = [
    told && `told of on ${counted(told.days, "day")}`,
    trained && `${counted(trained.items, "workout")} on ${counted(trained.days, "day")}`,
    praised && `said to be loved on ${counted(praised.days, "day")}`,
  ].filter((part) => part !== undefined);
  const dayText = (at: number) => dateText(Math.floor(at / dayMs));
  const when = firsts.length === 0 ? "" : `, from ${dayText(Math.min(...firsts))} to ${dayText(Math.max(...lasts))}`;
  return claimOf(supports, {
    predicate: "preference.hobby",
    object: label,
    // What only a watch tells may be the way to work.
    confidence: confidenceOf({
      base: praised === undefined ? 0.5 : 0.72,
      more: Math.max(0, (days - daysLeast) / 2),
      most: (told?.days ?? 0) >= 3 || praised !== undefined ? 0.94 : 0.7,
    }),
    rationale: `${parts.join(", ")}${when}`,
  });
}

/** Whether a hobby moves the body. */
export function isSport(label: string): boolean {
  return activities.some((activity) => activity.sport && activity.label === label);
}
