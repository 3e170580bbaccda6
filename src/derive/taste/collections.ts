import { plain } from "../text/phrase.ts";

/** What people collect. */
const collectibles =
  "stamps?|coins?|banknotes?|bottles?|wines?|whisk(?:e)?ys?|vinyls?|records?|watches|clocks?|cards?|toys?|antiques?|books?|comics?|figurines?|figures?|sneakers?|posters?|" +
  "postcards?|plants?|teapots?|teas?|cameras?|guitars?|minerals?|fossils?|shells?|dolls?|knives|pens?|medals?|badges?|magnets?|mugs?|maps?|paintings?|porcelain|ceramics|jewel(?:le)?ry|" +
  "radios?|cars?|trains?|memorabilia|autographs?|perfumes?|instruments?|swords?|lamps?|labels?|matchbox(?:es)?|board games?";

/** `collecting old wine bottles`, `my stamp collection`, `a collector of coins`. */
const patterns = [
  new RegExp(`\\bcollect(?:s|ed|ing)? (?:of )?(?:and \\w+ )?(?<what>(?:[a-z-]+ ){0,3}?(?:${collectibles}))\\b`, "gi"),
  new RegExp(`\\bcollect(?:ion|ions|or|ors) of (?<what>(?:[a-z-]+ ){0,3}?(?:${collectibles}))\\b`, "gi"),
  new RegExp(`\\b(?<what>(?:[a-z-]+ ){0,1}(?:${collectibles})) collect(?:ion|ing|or|ors|ible|ibles)\\b`, "gi"),
];
/** Not kept for pleasure, or not the person's. */
const noCollection = /\b(?:data|library|debt|garbage|waste|water|empty|their|his|her|your|business|credit|report|score|bank|sim|id)\b/u;

/** The collections that a text tells of, as hobbies: `collecting bottles`. Named by their noun, so that all forms of one are one. */
export function collectionsIn(text: string): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const what = plain(match.groups?.["what"] ?? "");
      if (!noCollection.test(what)) found.add(`collecting ${plural(what.split(" ").at(-1) ?? "")}`);
    }
  }
  return [...found];
}

function plural(noun: string): string {
  if (/(?:s|in|ry|ia|ics)$/u.test(noun)) return noun;
  return noun.endsWith("y") && !/[aeiou]y$/u.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}${noun.endsWith("x") ? "es" : "s"}`;
}
