import type { Card, CardLine } from "./card.ts";
import { cardText } from "./card-text.ts";

/** Words that say what an address or a number is for, also as vCard 2.1 writes them: bare. */
const bareWords: ReadonlySet<string> = new Set(
  "home work pref cell fax pager msg video text textphone car isdn modem bbs main other dom intl postal parcel iphone".split(" "),
);

/** Words that are said of nearly every address or number. */
const unremarkable: ReadonlySet<string> = new Set(["internet", "voice", "x400"]);

/** What the property is for: its types and its group's label, in lower case and in one order. */
export function labelsOf(line: CardLine, card: Card): string[] {
  const labels = new Set<string>();
  for (const [name, values] of line.parameters) {
    const word = name.toLowerCase();
    if (name === "TYPE") for (const value of values.flatMap((each) => each.split(","))) labels.add(value.trim().toLowerCase());
    else if (name === "PREF" && values[0] === "1") labels.add("pref");
    else if (values.length === 0 && bareWords.has(word)) labels.add(word);
  }
  const label = groupLabel(line, card);
  if (label !== undefined) labels.add(label.toLowerCase());
  return [...labels].filter((word) => word !== "" && !unremarkable.has(word)).sort();
}

/** What X-ABLabel says of the property's group; Apple's own words without the marks around them. */
export function groupLabel(line: CardLine, card: Card): string | undefined {
  const label = line.group === undefined ? undefined : card.labels.get(line.group);
  return label === undefined ? undefined : cardText(label).replace(/^_\$!<(.*)>!\$_$/, "$1") || undefined;
}
