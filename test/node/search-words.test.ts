/** What search compares: words that fit an index whatever the text, forms of one word that are one, and the times that texts name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedTimes } from "../../src/node/search-dates.ts";
import { stemOf } from "../../src/node/search-stem.ts";
import { claimTimes, evidenceTimes, zoneOf } from "../../src/node/search-times.ts";
import { beginningOf, markOf, tokensOf, wordsOf } from "../../src/node/search-words.ts";
import { isSearchWord } from "../../src/store/search-row.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { runs } from "./replicas.ts";

test("stems are those that Porter published", () => {
  const published = {
    ...{
      caresses: "caress",
      ponies: "poni",
      ties: "ti",
      caress: "caress",
      cats: "cat",
      feed: "feed",
      agreed: "agre",
      plastered: "plaster",
    },
    ...{
      bled: "bled",
      motoring: "motor",
      sing: "sing",
      conflated: "conflat",
      troubled: "troubl",
      sized: "size",
      hopping: "hop",
      tanned: "tan",
    },
    ...{
      falling: "fall",
      hissing: "hiss",
      fizzed: "fizz",
      failing: "fail",
      filing: "file",
      happy: "happi",
      sky: "sky",
      relational: "relat",
    },
    ...{ conditional: "condit", rational: "ration", valenci: "valenc", digitizer: "digit", radicalli: "radic", differentli: "differ" },
    ...{
      vietnamization: "vietnam",
      predication: "predic",
      operator: "oper",
      feudalism: "feudal",
      decisiveness: "decis",
      hopefulness: "hope",
    },
    ...{ triplicate: "triplic", formative: "form", formalize: "formal", electriciti: "electr", electrical: "electr", hopeful: "hope" },
    ...{ revival: "reviv", allowance: "allow", inference: "infer", airliner: "airlin", adjustable: "adjust", replacement: "replac" },
    ...{ adjustment: "adjust", dependent: "depend", adoption: "adopt", communism: "commun", activate: "activ", effective: "effect" },
    ...{ probate: "probat", rate: "rate", cease: "ceas", controll: "control", roll: "roll" },
  };
  for (const [word, stem] of Object.entries(published)) assert.equal(stemOf(word), stem, word);
});

test("forms of one word are one: number, tense, case, accents, possessives, ordinals, thousands", () => {
  const same = [
    ["Meetings", "meeting", "met", "MEETS"],
    ["bought", "buys", "buying"],
    ["Zoë's café", "zoe cafe", "ZOE’S CAFÉS"],
    ["8,000", "8000"],
    ["1st", "01", "1"],
    ["10kV", "10 kv"],
    ["ﬁle", "files"],
  ];
  for (const [first = "", ...others] of same) for (const other of others) assert.deepEqual(wordsOf(other), wordsOf(first), other);
  assert.deepEqual(wordsOf("The cat, and what it is not: a dog!"), ["cat", "what", "dog"]);
});

test("scripts without spaces are found by any two characters that stand together", () => {
  assert.deepEqual(wordsOf("北京天气"), ["北京", "京天", "天气"]);
  assert.ok(wordsOf("今天北京天气很好").includes(wordsOf("天气")[0] ?? ""));
  assert.deepEqual(wordsOf("新iPhone手机"), ["新", "iphon", "手机"]);
});

test("whatever the text, a word is one that a store takes", () => {
  const random = seededRandom(7);
  const alphabets = [
    "abcdefghijklmnop",
    "0123456789.,:",
    "äéßœøñ",
    "привет",
    "αβγδ",
    "日本語中文한국어",
    "ไทยภาษา",
    "😀👩‍👩‍👧\u0000🇩",
    " -_~'\"*()^\u001f\u001e",
    "ＡＢｃ１２",
    "İıſ",
    String.fromCharCode(0xd800, 0xdc00, 0xdfff),
  ];
  for (let run = 0; run < runs(2_000); run++) {
    let text = "";
    for (let length = random.below(40); length > 0; length--) text += random.pick([...random.pick(alphabets)]);
    for (const { word, text: written } of tokensOf(text)) {
      assert.ok(isSearchWord(word), JSON.stringify([text, word]));
      const beginning = beginningOf(written);
      assert.ok(isSearchWord(beginning) && Buffer.byteLength(beginning) <= 11, JSON.stringify([text, beginning]));
    }
    assert.ok(isSearchWord(markOf("kind", text)));
  }
  assert.equal(wordsOf("x".repeat(100_000)).length, 1);
  assert.notEqual(wordsOf("+8613901234567")[0], wordsOf("+8613901234568")[0], "long numbers are told apart");
});

test("a question's times are read in the ways that English writes them", () => {
  const now = Date.UTC(2025, 0, 15, 12); // a Wednesday
  const asked: Readonly<Record<string, readonly (readonly string[])[]>> = {
    "on January 14th": [["~0114"]],
    "Jan. 14, 2025": [["~20250114"]],
    "the 14th of January 2025?": [["~20250114"]],
    "on 2025-01-14": [["~20250114"]],
    "January 20th and 21st": [["~0120", "~0121"]],
    "from March 3rd to 5th, 2024": [["~20240303", "~20240304", "~20240305"]],
    "in March 2025": [["~202503"]],
    "in March": [["march"]],
    "in early May": [["~0501", "~0502", "~0503", "~0504", "~0505", "~0506", "~0507", "~0508", "~0509", "~0510"]],
    "since 2023": [["2023", "2024", "2025"]],
    "on Wednesdays": [["wednesdai"]],
    "yesterday, in May": [["~20250114"], ["mai"]],
    "three days ago": [["~20250112"]],
    "last week": [["~20250106", "~20250107", "~20250108", "~20250109", "~20250110", "~20250111", "~20250112"]],
    "last month": [["~202412"]],
    "last year": [["2024"]],
    "31 February": [["februari"]],
    "I may march on": [],
    "May I ask": [],
    "at 20:25, for 1999.50": [],
    "2025 kWh": [["2025"]],
  };
  for (const [question, times] of Object.entries(asked)) {
    assert.deepEqual(
      askedTimes(question, now).times.map(({ words }) => words),
      times,
      question,
    );
  }
  assert.deepEqual(askedTimes("yesterday", null).times, []);
  assert.deepEqual(wordsOf(askedTimes("paid the 40 euros on May 3rd", now).rest), ["pai", "40", "euro"]);
});

test("an item's times are those of the place where it was; without one, of either day that it may have been", () => {
  const evidence = (content: object, observed_at?: number) =>
    evidenceTimes({ content: { ...content }, ...(observed_at === undefined ? {} : { observed_at }) });
  const at = Date.UTC(2025, 0, 14, 22, 30);
  const inAsia = evidence({ start: { value: "20250115T063000", zone: "Asia/Shanghai", at } }, at);
  assert.deepEqual([inAsia.at, zoneOf(inAsia.words)], [at, 480]);
  assert.deepEqual(inAsia.words.slice(0, 6), ["~20250115", "~0115", "~202501", "januari", "2025", "wednesdai"]);
  assert.ok(inAsia.words.includes("morn"));
  const west = evidence({ date: { text: "2025-01-14T17:30:00-05:00" } }, at);
  assert.equal(zoneOf(west.words), -300);
  for (const word of [...inAsia.words, ...west.words]) assert.ok(isSearchWord(word), word);
  const bare = evidence({}, at);
  assert.ok(bare.words.includes("~20250114") && bare.words.includes("~20250115") && !bare.words.includes("~20250113"));
  const days = evidence({ start: { value: "20250301" }, end: { value: "20250304" } });
  assert.deepEqual(
    [days.at, days.words.filter((word) => /^~2025\d{4}/.test(word))],
    [Date.UTC(2025, 2, 1), ["~20250301", "~20250302", "~20250303"]],
  );
  assert.deepEqual(evidence({ date: "no date", start: 7 }), { at: null, words: [] });
  for (const time of [8.64e15, -8.64e15, Number.MAX_SAFE_INTEGER, -1])
    for (const word of evidence({}, time).words) assert.ok(isSearchWord(word));
  assert.ok(claimTimes({ valid_from: Date.UTC(2024, 1, 29) }).words.includes("~20240229"));
});
