import type { Oneself, SeenEvidence } from "../deriver.ts";
import { matchesIn } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";

/** A place by name: words with capitals, and a house number before or behind them. */
const proper =
  "(?:\\d{1,5}[\\p{L}]? )?(?:\\p{Lu}[\\p{L}\\p{M}'’.-]*)(?:,? (?:\\d{1,5}[\\p{L}]?|of|the|de|la|am|an der|\\p{Lu}[\\p{L}\\p{M}'’.-]*)){0,6}";
const lives = [
  new RegExp(
    `\\b(?:I|[Ww]e)(?:['’](?:ve|m|re)| have| am| are)? (?:now |currently |still |both |all )?(?:live|lived here|living|reside|residing|been living)(?: (?:now|alone|together|with [^.,]{3,30}))? (?:in|at|on|near) (?<place>${proper})`,
    "gu",
  ),
  new RegExp(
    `\\b(?:I|[Ww]e)(?:['’]ve| have)? (?:just |recently |finally )?(?:moved|relocated)(?: (?:in|here|house|back|out))?(?: from [^.,]{2,40})? to (?<place>${proper})`,
    "gu",
  ),
  new RegExp(
    `\\b(?:[Mm]y|[Oo]ur) (?:new |current |home )?(?:home|house|flat|apartment|address|place) is (?:in|at|on|near)? ?(?<place>${proper})`,
    "gu",
  ),
];
const works = [
  new RegExp(
    `\\b(?:[Mm]y|[Oo]ur) (?:new |current )?(?:office|workplace|work|company) is (?:located |based )?(?:in|at|on|near) (?<place>${proper})`,
    "gu",
  ),
  new RegExp(`\\bI(?:['’]m| am)? (?:now |currently )?work(?:ing)? (?:in|on) (?:the )?(?<place>${proper})`, "gu"),
  new RegExp(
    `\\b(?:commut(?:e|ing)|driv(?:e|ing)|cycl(?:e|ing)|get) (?:from [^.,]{3,60} )?to (?:my |the )?(?:office|work|workplace) (?:in|at|on) (?<place>${proper})`,
    "gu",
  ),
];
const past =
  /\b(?:used to|when I (?:was|lived)|years? ago|grew up|as a (?:child|kid|student)|formerly|previously|would|could|might|want|wish|hope|plan|never|not|don['’]t|until|before I)\b/u;
/** A street, or anything with a number: finer than a town. */
const fine =
  /\d|\b(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Way|Square|Sq|Boulevard|Blvd|Close|Court|Ct|Place|Pl|Terrace|Row|Crescent|Gardens|Estate|Residence|Residences|Community|Tower|Building|House|Apartments?|\p{L}+(?:straße|strasse|weg|platz|gasse|allee|gatan|vej))\b|^(?:Rue|Avenue|Calle|Via|Rua)\b/u;
const noPlace =
  /^(?:I|It|The|This|My|Our|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Christmas|Earth|Mars|Hell|God)\b/u;

export interface NamedPlace {
  readonly name: string;
  readonly isFine: boolean;
  /** Of a move, which makes former places former. */
  readonly moved: boolean;
}

/** Places that the person says they live or work in. */
export function placesSaid(item: SeenEvidence, self: Oneself, of: "home" | "work"): NamedPlace[] {
  const found = new Map<string, NamedPlace>();
  (of === "home" ? lives : works).forEach((pattern, at) => {
    for (const { match, sentence } of matchesIn(item, self, pattern)) {
      if (past.test(sentence.slice(Math.max(0, match.index - 40), match.index + match[0].length))) continue;
      const name = tidy((match.groups?.["place"] ?? "").replace(/,? (?:of|the|de|la|am|an der)$/u, ""));
      if (name.length >= 3 && !noPlace.test(name))
        found.set(name.toLowerCase(), { name, isFine: fine.test(name), moved: of === "home" && at === 1 });
    }
  });
  return [...found.values()];
}
