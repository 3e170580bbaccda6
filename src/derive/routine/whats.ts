import type { SeenEvidence } from "../deriver.ts";
import { eventOf } from "../reading/event.ts";
import { presenceOf } from "../reading/position.ts";
import { type Wall, wallOf } from "../reading/wall.ts";
import { workoutOf } from "../reading/workout.ts";
import { activitiesIn } from "../taste/activities.ts";
import { givesOrders } from "../text/own-words.ts";
import { emptyWords, tidy } from "../text/phrase.ts";

/** Something done at a time. Equal keys, one thing. */
export interface Done {
  readonly key: string;
  readonly what: string;
  readonly at: Wall;
}

const calendarWords =
  /\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\b\d+(?:st|nd|rd|th)?\b|[#(（].*$/giu;

/** What an item tells was done: by its title, by the activity in it, by its place. */
export function doneIn(item: SeenEvidence): Done[] {
  const workout = workoutOf(item);
  const at = wallOf(item);
  if (at === null) return [];
  if (workout !== null) return [{ key: `activity ${workout.activity}`, what: workout.activity, at }];
  const event = eventOf(item);
  if (event !== null && event.recurrence === null && item.kind === "event") return fromTitle(event.title, event.start);
  const presence = presenceOf(item);
  if (presence !== null && presence.name !== "" && item.kind === "visit" && presence.role === null) {
    return [{ key: `at ${presence.name.toLowerCase()}`, what: `a visit to ${tidy(presence.name)}`, at: presence.from }];
  }
  return [];
}

function fromTitle(title: string, at: Wall): Done[] {
  if (title === "" || givesOrders(title)) return [];
  const what = tidy(title.replace(calendarWords, " "));
  const words = what
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}'-]+/u)
    .filter((word) => word !== "" && !emptyWords.has(word));
  const activities = activitiesIn(title).map(({ label }) => ({ key: `activity ${label}`, what: label, at }));
  // A title of one activity and little else is that activity.
  if (activities.length > 0 && words.length <= 3) return activities;
  return words.length === 0 || words.length > 8 ? activities : [{ key: `title ${words.join(" ")}`, what, at }, ...activities];
}
