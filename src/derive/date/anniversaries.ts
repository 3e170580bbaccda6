import type { Deriver, Oneself, SeenEvidence } from "../deriver.ts";
import { ownCard } from "../people/own-card.ts";
import { eventOf } from "../reading/event.ts";
import { listOf, objectOf, textOf } from "../reading/fields.ts";
import { dateText, wallOf } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { givesOrders, mentions, ownSentences } from "../text/own-words.ts";
import { saidDates } from "./said-dates.ts";

const anniversary =
  /\b(?<whose>(?:[Oo]ur|[Mm]y|[Pp]arents['’]|[Gg]randparents['’]|[^\s'’]+['’]s?) )?(?:\d+(?:st|nd|rd|th) |ruby |golden |silver |pearl |diamond )*(?<kind>wedding|work|company|engagement|dating|relationship) anniversary\b/iu;
/** Told of another day than its own. */
const notToday =
  /\b(?:upcoming|soon|next|approaching|before|plan(?:ning|ned)?|prepar\w+|gift|present|invit\w+|reserv\w+|buy|book|in advance|yesterday|last)\b/iu;

interface Marked {
  readonly what: string;
  readonly date: string;
}

/** Days that are marked every year beside birthdays. */
export const anniversaries: Deriver = {
  name: "date.anniversary",
  version: "1",
  round: 1,
  says: ["date.anniversary"],
  begin({ self }) {
    const found = new Tally<Marked>();
    return {
      evidence(item) {
        for (const { marked, weight } of markedIn(item, self)) found.add(`${marked.what} ${marked.date}`, item, marked, weight);
      },
      *derive() {
        const best = new Map<string, number>();
        for (const { value, support } of found.ranked()) {
          // Of one anniversary several days may be told: the one with most weight is it.
          if (best.has(value.what)) continue;
          best.set(value.what, support.weight);
          yield claimOf(support, {
            predicate: "date.anniversary",
            object: { what: value.what, date: value.date },
            confidence: confidenceOf({ base: 0.6, more: support.weight - 1, most: 0.94 }),
            rationale: `${counted(support.items, "item")} ${support.items === 1 ? "tells" : "tell"} of it on this day`,
          });
        }
      },
    };
  },
};

function markedIn(item: SeenEvidence, self: Oneself): { marked: Marked; weight: number }[] {
  const found: { marked: Marked; weight: number }[] = [];
  const card = ownCard(item, self);
  const onCard = textOf(card?.["anniversary"]);
  if (/^\S*\d\d-?\d\d$/u.test(onCard)) found.push({ marked: { what: "anniversary", date: onCard }, weight: 5 });
  for (const entry of listOf(card?.["dates"])) {
    const { date, label } = objectOf(entry);
    if (textOf(date) !== "" && textOf(label) !== "")
      found.push({ marked: { what: textOf(label).toLowerCase(), date: textOf(date) }, weight: 5 });
  }
  const event = eventOf(item);
  const day = event?.start.day ?? wallOf(item)?.day ?? null;
  const title = event === null || givesOrders(event.title) ? "" : event.title;
  for (const sentence of mentions(item, self, ["anniversary"]) ? ownSentences(item, self) : []) {
    const match = anniversary.exec(sentence);
    if (match === null) continue;
    const whose = (match.groups?.["whose"] ?? "")
      .trim()
      .toLowerCase()
      .replace(/^(?:our|my)$/u, "")
      .replace("’", "'");
    const what = `${whose === "" ? "" : `${whose} `}${(match.groups?.["kind"] ?? "").toLowerCase()} anniversary`;
    const [date] = saidDates(sentence, day);
    if (date !== undefined) found.push({ marked: { what, date }, weight: 3 });
    else if (day !== null && event !== null && !notToday.test(title))
      found.push({ marked: { what, date: `-${dateText(day).slice(4)}` }, weight: event.recurrence?.every === "year" ? 4 : 2 });
  }
  return found;
}
