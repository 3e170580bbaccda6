/** Lines as a calendar file has them, inside VCALENDAR. */
export function calendarText(...lines: readonly string[]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

export function eventLines(...lines: readonly string[]): string[] {
  return ["BEGIN:VEVENT", ...lines, "END:VEVENT"];
}

interface Part {
  readonly name: "STANDARD" | "DAYLIGHT";
  readonly start: string;
  readonly from: string;
  readonly to: string;
  readonly more?: readonly string[];
}

export function zoneLines(tzid: string, parts: readonly Part[], ...more: readonly string[]): string[] {
  const inside = parts.flatMap(({ name, start, from, to, more: rules = [] }) => [
    `BEGIN:${name}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...rules,
    `END:${name}`,
  ]);
  return ["BEGIN:VTIMEZONE", `TZID:${tzid}`, ...more, ...inside, "END:VTIMEZONE"];
}

/** The European Union's rules since 1996, for a zone one hour ahead of UTC. */
export const centralEurope: readonly Part[] = [
  { name: "DAYLIGHT", start: "19960331T020000", from: "+0100", to: "+0200", more: ["RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"] },
  { name: "STANDARD", start: "19961027T030000", from: "+0200", to: "+0100", more: ["RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"] },
];

/** The rules of the United States: until 2006, and since 2007. */
export const easternUnitedStates: readonly Part[] = [
  {
    name: "DAYLIGHT",
    start: "19870405T020000",
    from: "-0500",
    to: "-0400",
    more: ["RRULE:FREQ=YEARLY;UNTIL=20060402T070000Z;BYMONTH=4;BYDAY=1SU"],
  },
  {
    name: "STANDARD",
    start: "19871025T020000",
    from: "-0400",
    to: "-0500",
    more: ["RRULE:FREQ=YEARLY;UNTIL=20061029T060000Z;BYMONTH=10;BYDAY=-1SU"],
  },
  { name: "DAYLIGHT", start: "20070311T020000", from: "-0500", to: "-0400", more: ["RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"] },
  { name: "STANDARD", start: "20071104T020000", from: "-0400", to: "-0500", more: ["RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"] },
];
