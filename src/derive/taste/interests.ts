import type { Deriver, SeenEvidence } from "../deriver.ts";
import { textOf } from "../reading/fields.ts";
import { dayMs } from "../reading/wall.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf, type Support } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { givesOrders } from "../text/own-words.ts";
import { emptyWords, stemOf } from "../text/phrase.ts";

const kinds: ReadonlySet<string> = new Set(["search", "watch", "visit_page", "bookmark"]);
const daysLeast = 4;
const spanLeast = 14;
const most = 40;

/** Words of titles that tell of form, not of subject. */
const formWords: ReadonlySet<string> = new Set(
  (
    "best top new official video full episode season part trailer review reviews guide tutorial tips tricks ideas explained introduction intro course lesson beginner beginners easy simple free " +
    "online near nearby open time price cheap buy sale vs versus difference meaning definition example examples list compare comparison home page login sign youtube google wikipedia reddit " +
    "how-to learn ultimate complete live stream music audio lyrics feat remix vlog shorts 2019 2020 2021 2022 2023 2024 2025 2026 2027 hours minutes day days week year first good great make making " +
    "use using build building create creating start work works need get getting watch look looking find know way ways people should things thing story life world big real why without every still"
  ).split(" "),
);

/** What the person looks into: words that come up again and again in searches, videos, pages and bookmarks. */
export const interests: Deriver = {
  name: "preference.interest",
  version: "1",
  round: 1,
  says: ["preference.interest"],
  begin() {
    const found = new Tally<string>();
    return {
      evidence(item) {
        for (const [key, topic] of topicsIn(item)) found.add(key, item, topic);
      },
      *derive() {
        const told = found.ranked().filter(({ support }) => isRegular(support));
        // Two words that stay together are one subject: neither is told by itself, unless it comes up much more often.
        const pairs = told.filter(({ key }) => key.includes(" "));
        const single = told.filter(
          ({ key, support }) =>
            !key.includes(" ") && !pairs.some((pair) => pair.key.split(" ").includes(key) && pair.support.items * 2 > support.items),
        );
        for (const { value, support } of [...pairs, ...single].slice(0, most)) {
          yield claimOf(support, {
            predicate: "preference.interest",
            object: value,
            confidence: confidenceOf({ base: 0.5, more: support.days - daysLeast, most: 0.88 }),
            rationale: `looked for, watched or kept ${counted(support.items, "time")} on ${counted(support.days, "day")}`,
          });
        }
      },
    };
  },
};

function isRegular({ days, first, last }: Support): boolean {
  return days >= daysLeast && first !== null && last !== null && last - first >= spanLeast * dayMs;
}

/** Words and pairs of words of a title, by their stems. */
function topicsIn({ kind, content }: SeenEvidence): Map<string, string> {
  const found = new Map<string, string>();
  const title = kinds.has(kind) ? textOf(content["title"]).slice(0, 300) : "";
  if (title === "" || givesOrders(title)) return found;
  // A site's name stands behind a dash or a bar.
  const subject = title.replace(/\s[|–—-]\s[^|–—-]{2,40}$/u, "");
  let before: { stem: string; word: string } | null = null;
  for (const word of subject.toLowerCase().match(/[\p{L}\p{M}\p{N}+#]+(?:['’.-][\p{L}\p{M}\p{N}]+)*/gu) ?? []) {
    const plain = word.replace(/['’]s$/u, "");
    if (plain.length < 3 || emptyWords.has(plain) || formWords.has(plain) || /^\d+$/u.test(plain)) {
      before = null;
      continue;
    }
    const stem = stemOf(plain);
    if (plain.length >= 4) found.set(stem, plain);
    if (before !== null) found.set(`${before.stem} ${stem}`, `${before.word} ${plain}`);
    before = { stem, word: plain };
  }
  return found;
}
