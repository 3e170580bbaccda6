/** Times that count from now, seasons and spans: which days, months and years a question asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedTimes } from "../../src/node/search-dates.ts";
import { monthNameWord } from "../../src/node/search-times.ts";

/** A Wednesday. */
const now = Date.UTC(2026, 6, 15, 9);
const wordsOf = (question: string, at: number | null = now) => askedTimes(question, at).times.map(({ words }) => words);
const days = (...dates: readonly string[]) => [dates.map((date) => `~${date}`)];
const months = days;

test("days are counted from today, weekdays to the nearest on their side of it", () => {
  for (const [question, expected] of [
    ["what did I do yesterday?", days("20260714")],
    ["and the day before yesterday?", days("20260713")],
    ["what is on the day after tomorrow?", days("20260717")],
    ["last Tuesday", days("20260714")],
    ["last Wednesday", days("20260708")],
    ["this Friday", days("20260717")],
    ["next Wednesday", days("20260722")],
    ["three days ago", days("20260712")],
    ["in two days", days("20260717")],
    ["last weekend", days("20260711", "20260712")],
    ["this weekend", days("20260718", "20260719")],
    ["next week", days("20260720", "20260721", "20260722", "20260723", "20260724", "20260725", "20260726")],
    ["over the last three days", days("20260712", "20260713", "20260714", "20260715")],
    ["who called last night?", days("20260714")],
  ] as const)
    assert.deepEqual(wordsOf(question), expected, question);
});

test("months and years are counted from this one, spans have all months between", () => {
  for (const [question, expected] of [
    ["last month", months("202606")],
    ["next year", [["2027"]]],
    ["a couple of months ago", months("202605")],
    ["in the past two months", months("202605", "202606", "202607")],
    ["since May", months("202605", "202606", "202607")],
    [
      "since September",
      months("202509", "202510", "202511", "202512", "202601", "202602", "202603", "202604", "202605", "202606", "202607"),
    ],
    ["between November and January", months("202511", "202512", "202601")],
    ["from March to May 2024", months("202403", "202404", "202405")],
    ["from November 2024 until January", months("202411", "202412", "202501")],
  ] as const)
    assert.deepEqual(wordsOf(question), expected, question);
  assert.deepEqual(wordsOf("since 2024"), [["2024", "2025", "2026"]]);
  assert.deepEqual(wordsOf("since March 1950")[0]?.slice(0, 2), ["1950", "1951"], "what is long ago is told by its years");
  assert.equal(wordsOf("since March 1950")[0]?.at(-1), "~202607");
});

test("a season is the one that is meant on that day; a winter is of the year in which it ends", () => {
  for (const [question, expected] of [
    ["last spring", months("202603", "202604", "202605")],
    ["last summer", months("202506", "202507", "202508")],
    ["this summer", months("202606", "202607", "202608")],
    ["last winter", months("202512", "202601", "202602")],
    ["next fall", months("202609", "202610", "202611")],
    ["winter 2024", months("202312", "202401", "202402")],
    ["the summer of 2019", months("201906", "201907", "201908")],
    ["in the third quarter of 2025", months("202507", "202508", "202509")],
    ["Q4 2025", months("202510", "202511", "202512")],
    ["in the last quarter of 2025", months("202510", "202511", "202512")],
  ] as const)
    assert.deepEqual(wordsOf(question), expected, question);
  const inAnyYear = [6, 7, 8].map((month) => monthNameWord(month));
  assert.deepEqual(wordsOf("what do I do in summer?"), [inAnyYear]);
  assert.deepEqual(wordsOf("my fall from the ladder and the hot spring"), []);
});

test("days with a name are looked for by date and by name, a decade by its years", () => {
  const { times, rest } = askedTimes("Where were we at Christmas?", null);
  assert.deepEqual(times[0]?.words, ["~1224", "~1225", "~1226"]);
  assert.match(rest, /Christmas/);
  assert.deepEqual(wordsOf("music of the 1990s", null)[0]?.at(-1), "1999");
});

test("without a now, words that count from it are only words", () => {
  for (const question of ["last spring", "yesterday", "last Tuesday's lunch", "since May", "two weeks ago", "next week"]) {
    assert.ok(
      wordsOf(question, null).every((words) => words.every((word) => !/^~\d{6}/.test(word))),
      question,
    );
  }
});
