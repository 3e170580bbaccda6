import type { DerivedClaim, Deriver } from "../deriver.ts";
import { eventOf, type SeenEvent } from "../reading/event.ts";
import { clockText, dateText, dayMs } from "../reading/wall.ts";
import { givesOrders } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";

/** Words that name a health appointment by themselves. */
const surely =
  /\b(?:doctor['’]?s?(?: appointment| visit)|dr\.? [a-z]+|gp appointment|dentist|dental|orthodontist|hygienist|physio(?:therap(?:y|ist))?|physical (?:exam(?:ination)?|therapy)|medical (?:exam(?:ination)?|check(?:[- ]?up)?|appointment|review|follow[- ]?up)|health (?:check(?:[- ]?up)?|exam(?:ination)?|screening|assessment)|vaccin(?:e|ation)|flu (?:shot|jab)|booster (?:shot|jab)|blood (?:test|work|draw|donation)|x-?ray|mri|ct scan|ultrasound|mammogram|colonoscopy|endoscopy|ecg|eye (?:exam|test|check)|optometrist|optician|ophthalmolog\w+|dermatolog\w+|orthop(?:a)?edic\w*|cardiolog\w+|gyna?ecolog\w+|urolog\w+|neurolog\w+|p(?:a)?ediatric\w*|psychotherap\w+|psychiatr\w+|psycholog(?:ist|y session)|therap(?:y|ist) (?:session|appointment)|counsell?ing session|chiropract\w+|osteopath\w*|acupuncture|prenatal|antenatal|midwife|medical follow-up|outpatient|surgery appointment|pre-?op|post-?op)\b/iu;
/** Places and sorts of visits that together name one. */
const place = /\b(?:hospital|clinic|medical (?:center|centre)|health (?:center|centre|service)|polyclinic|surgery)\b/iu;
const visit = /\b(?:appointment|check-?up|follow[- ]?up|visit|consultation|examination|review|re-?examination|registration|treatment)\b/iu;
/** What else these words are used of: things, work sites, somebody else's visit. */
const other =
  /\b(?:equipment|vehicle|car|power|cable|circuit|electrical|distribution|generator|server|software|code|deploy|network|maintenance|repair|inspection of|veterinar\w+|vet|dog|cat|pet|insurance|project|construction|client|customer|site)\b/iu;

/** Visits to doctors and the like in the calendar, past and to come. */
export const appointments: Deriver = {
  name: "health.appointment",
  version: "1",
  round: 1,
  says: ["health.appointment"],
  begin({ asOf }) {
    const found: (DerivedClaim & { readonly at: string })[] = [];
    const most = 1_000;
    return {
      evidence(item) {
        const event = eventOf(item);
        if (event === null || event.recurrence !== null || !isAppointment(event)) return;
        const date = dateText(event.start.day);
        const time = event.start.minute === null ? null : `${clockText(event.start.minute)}${event.start.utc ? "Z" : ""}`;
        const past = event.start.day * dayMs < asOf;
        found.push({
          at: `${date} ${item.id}`,
          subject: "self",
          predicate: "health.appointment",
          object: { what: tidy(event.title), date, ...(time ? { time } : {}) },
          confidence: (event.tentative ? 0.55 : 0.82) + (surely.test(event.title) ? 0.06 : 0),
          derivedFrom: [item.id],
          rationale: `the calendar ${past ? "had" : "has"} it on ${date}, and its words tell of a health appointment`,
          validUntil: (event.endDay + 1) * dayMs,
        });
        // The newest are kept.
        if (found.length > 4 * most) found.sort((left, right) => (left.at > right.at ? -1 : 1)).splice(most);
      },
      *derive() {
        for (const { at: _at, ...claim } of found.sort((left, right) => (left.at > right.at ? -1 : 1)).slice(0, most)) yield claim;
      },
    };
  },
};

function isAppointment({ title, description, location }: SeenEvent): boolean {
  if (title === "" || other.test(title) || givesOrders(`${title}\n${description}`)) return false;
  if (surely.test(title)) return true;
  const where = `${title} ${location}`;
  return place.test(where) && visit.test(title);
}
