const months = "january february march april may june july august september october november december".split(" ");
const month =
  "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const patterns = [
  new RegExp(`\\b${month} (?<day>\\d{1,2})(?:st|nd|rd|th)?(?:,? (?<year>(?:19|20)\\d\\d))?\\b`, "giu"),
  new RegExp(`\\b(?<day>\\d{1,2})(?:st|nd|rd|th)? (?:of )?${month}(?:,? (?<year>(?:19|20)\\d\\d))?\\b`, "giu"),
  /\b(?<year>(?:19|20)\d\d)-(?<number>\d\d)-(?<day>\d\d)\b/gu,
];
/** `on the 11th`, of the month in which it is said. */
const dayOnly =
  /\b(?:on )?the (?<day>\d{1,2})(?:st|nd|rd|th)\b(?! (?:floor|time|year|anniversary|birthday|century|grade|place|day|week|month|century))/giu;

/**
 * Dates that a sentence names, as `2010-08-20` or `--08-20`. A day without its month is one of the month in which it was
 * said. The year of something recent is left out: a birthday's year is when one was born, not when it was celebrated.
 */
export function saidDates(sentence: string, saidOn: number | null): string[] {
  const found: string[] = [];
  for (const pattern of patterns) {
    for (const { groups = {} } of sentence.matchAll(pattern)) {
      const number =
        groups["number"] === undefined
          ? months.findIndex((name) => name.startsWith((groups["month"] ?? "?").toLowerCase().slice(0, 3))) + 1
          : Number(groups["number"]);
      const said = saidOn === null ? Number.POSITIVE_INFINITY : new Date(saidOn * 86_400_000).getUTCFullYear();
      const year = Number(groups["year"]) < said - 1 ? (groups["year"] ?? "-") : "-";
      const text = dated(year, number, Number(groups["day"]));
      if (text !== null) found.push(text);
    }
  }
  if (found.length === 0 && saidOn !== null) {
    const number = new Date(saidOn * 86_400_000).getUTCMonth() + 1;
    for (const { groups = {} } of sentence.matchAll(dayOnly)) {
      const text = dated("-", number, Number(groups["day"]));
      if (text !== null) found.push(text);
    }
  }
  return [...new Set(found)];
}

function dated(year: string, month: number, day: number): string | null {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return null;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
