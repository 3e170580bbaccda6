/** Laws of the order in which things are found, each on a memory small enough to see why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqliteStore } from "../../src/store/index.ts";
import { inFolder } from "../store/folders.ts";
import { claim, newPool, targeting } from "./replicas.ts";
import { find, item, note, titles, write } from "./search-items.ts";

/** What everybody's memory is full of. */
const filler = Array.from({ length: 30 }, (_, index) =>
  note(
    `Day ${index}`,
    `We had lunch at home, the weather was fine, work was long, item ${index} of the list.`,
    `2024-0${1 + (index % 9)}-11T10:00Z`,
  ),
);

test("what has it in its title comes before what only mentions it, an exact title before a longer one", async () => {
  const pool = await newPool();
  const text = "It was windy and we stayed until dark, then we went home by bus and had soup.";
  await write(
    pool,
    note("Sunday", `${text} The kite festival was on.`),
    note("Kite festival", text),
    note("Kite festival and other plans", text),
    ...filler,
  );
  assert.deepEqual(await titles(pool.replica, "kite festival"), ["Kite festival", "Kite festival and other plans", "Sunday"]);
});

test("a rare word beats a common one, and more of the question beats less", async () => {
  const pool = await newPool();
  await write(pool, note("A", "lunch with the ombudsman"), note("B", "lunch and lunch again"), note("C", "the ombudsman came"), ...filler);
  const found = await titles(pool.replica, "Who had lunch with the ombudsman?");
  assert.deepEqual(found.slice(0, 2), ["A", "C"]);
  assert.ok(found.includes("B"));
});

test("words that stand together as they are asked come first", async () => {
  const pool = await newPool();
  await write(
    pool,
    note("Apart", "a pipe of clay, a broken window, snow, a drainage of the field"),
    note("Together", "a window, a broken drainage pipe, a field, snow of clay"),
    ...filler,
  );
  assert.deepEqual(await titles(pool.replica, "drainage pipe"), ["Together", "Apart"]);
});

test("a date in the question finds the item of that day, also where only the instant is known", async () => {
  const pool = await newPool();
  const meetings = Array.from({ length: 28 }, (_, index) =>
    note(`Meeting ${index + 1}`, "The team met.", `2025-02-${String(index + 1).padStart(2, "0")}T12:00Z`),
  );
  await write(pool, ...meetings, ...filler);
  for (const question of ["meeting on February 17th", "what was the team's meeting of 2025-02-17?", "the meeting on 17 Feb 2025"])
    assert.equal((await titles(pool.replica, question))[0], "Meeting 17", question);
  assert.deepEqual((await titles(pool.replica, "meetings on February 20th and 21st")).slice(0, 2).sort(), ["Meeting 20", "Meeting 21"]);
  const now = Date.UTC(2025, 1, 6, 9);
  assert.equal((await titles(pool.replica, "the meeting yesterday", { now }))[0], "Meeting 5");
  assert.ok((await titles(pool.replica, "what happened on February 9th?")).includes("Meeting 9"), "without any other word");
});

test("of an instant without a clock the day is that of its owner's usual clock", async () => {
  const pool = await newPool();
  const clock = (day: number) =>
    item(
      `clock ${day}`,
      "event",
      { summary: `Clock ${day}`, start: { value: `202503${day}T080000` } },
      { observed_at: Date.UTC(2025, 2, day) },
    );
  const instant = (name: string, at: number) => item(name, "message", { from: name, text: "tea" }, { observed_at: at });
  await write(
    pool,
    clock(10),
    clock(11),
    clock(12),
    instant("late", Date.UTC(2025, 2, 11, 20)),
    instant("noon", Date.UTC(2025, 2, 11, 4)),
    ...filler,
  );
  // At UTC+8, 20:00 UTC is the next morning.
  const days = async (question: string) =>
    (await find(pool.replica, question, { kinds: ["message"] })).map(({ when }) => new Date(when ?? 0).getUTCHours());
  assert.equal((await days("tea on March 12th clock"))[0], 20);
  assert.equal((await days("tea on March 11th clock"))[0], 4);
});

test("months, weekdays and years lead to what took place then", async () => {
  const pool = await newPool();
  const at = (day: string) => note(`Badminton ${day}`, "Played badminton.", `${day}T18:30Z`);
  await write(pool, at("2024-03-05"), at("2025-03-04"), at("2025-04-03"), at("2025-03-06"), ...filler);
  assert.equal((await titles(pool.replica, "badminton in April"))[0], "Badminton 2025-04-03");
  assert.equal((await titles(pool.replica, "badminton in March 2024"))[0], "Badminton 2024-03-05");
  assert.deepEqual((await titles(pool.replica, "badminton on a Thursday in March"))[0], "Badminton 2025-03-06");
  assert.equal((await titles(pool.replica, "badminton in 2024"))[0], "Badminton 2024-03-05");
});

test("a word that nothing has is the beginning of one; forms of a word are one", async () => {
  const pool = await newPool();
  await write(pool, note("A", "the electrician came"), note("B", "internationalization of the shop"), ...filler);
  assert.deepEqual(await titles(pool.replica, "electri"), ["A"]);
  assert.deepEqual(await titles(pool.replica, "internati"), ["B"]);
  assert.deepEqual(await titles(pool.replica, "electricians"), ["A"]);
  assert.deepEqual(await titles(pool.replica, "el"), []);
});

test("of equal finds the later is first; what says the same again steps back", async () => {
  const pool = await newPool();
  const sunset = (at: string) =>
    item(`sunset ${at}`, "photo", { description: "sunset over the quay", number: at }, { observed_at: Date.parse(at) });
  await write(pool, sunset("2023-01-01T00:00Z"), sunset("2024-06-01T00:00Z"), ...filler);
  assert.deepEqual(
    (await find(pool.replica, "quay")).map(({ when }) => new Date(when ?? 0).getUTCFullYear()),
    [2024, 2023],
  );
  const copies = [1, 2, 3, 4].map((n) =>
    item(`copy ${n}`, "message", { from: "Ann", text: `Your parcel of the bookshop is ready for collection ${n}` }),
  );
  await write(pool, ...copies, note("Bookshop", "A walk, then rain, then a long evening with a novel; the bookshop was shut."));
  assert.ok((await titles(pool.replica, "parcel bookshop")).slice(0, 3).includes("Bookshop"));
});

test("filters leave out what does not fit, and nothing else", async () => {
  const pool = await newPool();
  const event = item(
    "e",
    "event",
    { summary: "Dinner with Ada", location: "Lyon, Rue Neuve", attendees: [{ name: "Ada Byron" }] },
    { observed_at: Date.parse("2025-05-01T18:00Z") },
  );
  const photo = item("p", "photo", { description: "Dinner in Lyon" }, { observed_at: Date.parse("2025-06-01T18:00Z") });
  await write(pool, event, photo, claim("person:ada", "health.allergy", "nuts at dinner"), claim("self", "place.home", "Lyon"), ...filler);
  const found = async (more: Parameters<typeof titles>[2], text = "dinner Lyon") => (await titles(pool.replica, text, more)).sort();
  const [ada, allergy, home, shot] = [
    "Dinner with Ada",
    "person:ada is allergic to nuts at dinner",
    "self lives at Lyon",
    "Dinner in Lyon",
  ] as const;
  assert.deepEqual(await found({}), [shot, ada, allergy, home]);
  assert.deepEqual(await found({ types: ["claim"] }), [allergy, home]);
  assert.deepEqual(await found({ kinds: ["photo"] }), [shot]);
  assert.deepEqual(await found({ kinds: ["photo", "event"] }), [shot, ada]);
  assert.deepEqual(await found({ kinds: [] }), []);
  assert.deepEqual(await found({ predicate: "health" }), [allergy]);
  assert.deepEqual(await found({ predicate: "health.allergy" }), [allergy]);
  assert.deepEqual(await found({ predicate: "heal" }), []);
  assert.deepEqual(await found({ person: "Ada Byron" }), [ada]);
  assert.deepEqual(await found({ person: "ada" }), [ada, allergy]);
  assert.deepEqual(await found({ place: "rue neuve" }), [ada]);
  assert.deepEqual(await found({ place: "???" }), []);
  assert.deepEqual(await found({ from: Date.parse("2025-05-02"), until: Date.parse("2025-07-01") }), [shot]);
  assert.deepEqual(await found({ kinds: ["photo"] }, ""), [shot]);
  assert.deepEqual(await found({ limit: 0 }), []);
  assert.equal((await find(pool.replica, "", { limit: 3 })).length, 3);
});

test("found are claims that are active or superseded and evidence that holds, unless others are asked for", async () => {
  const pool = await newPool();
  const [old, now, wrong, seen] = await write(
    pool,
    claim("self", "place.home", "Oslo harbour"),
    claim("self", "place.home", "Bergen harbour"),
    claim("self", "preference.likes", "harbour"),
    note("Harbour", "a walk"),
  );
  await write(pool, targeting("refutation", String(wrong), String(seen)));
  const statuses = async (more = {}) => new Map((await find(pool.replica, "harbour", more)).map(({ id, status }) => [id, status]));
  assert.deepEqual(
    await statuses(),
    new Map([
      [now, "active"],
      [old, "superseded"],
    ] as const),
  );
  assert.deepEqual(
    await statuses({ statuses: ["refuted"] }),
    new Map([
      [wrong, "refuted"],
      [seen, "refuted"],
    ] as const),
  );
  assert.deepEqual(await statuses({ statuses: ["holds"] }), new Map());
});

test("a hundred wrong ones in front hide nothing", async () => {
  const pool = await newPool();
  const claims = await write(pool, ...Array.from({ length: 400 }, (_, index) => note(`Boat ${index}`, "boat")));
  await write(pool, note("Far away", "A long text that mentions the boat once, among weather, dinner, cards, a lost shoe and a dog."));
  await write(pool, targeting("refutation", ...claims));
  assert.deepEqual(await titles(pool.replica, "boat"), ["Far away"]);
});

test("a snippet shows where the question is answered; a claim is its sentence", async () => {
  const pool = await newPool();
  const long = `${"Nothing of note was said. ".repeat(60)}Then the plumber, Mr. Ohm, repaired the boiler for 80 euros.${" And so on.".repeat(60)}`;
  await write(pool, note("Minutes", long), claim("self", "health.allergy", "peanuts", { rationale: "said at the plumber's" }));
  const [first] = await find(pool.replica, "what did the plumber repair?");
  assert.match(first?.snippet ?? "", /^….*the plumber, Mr\. Ohm, repaired the boiler.*…$/);
  assert.ok((first?.snippet.length ?? 0) <= 220);
  const [allergy] = await find(pool.replica, "allergic to peanuts");
  assert.deepEqual(
    [allergy?.type, allergy?.kind, allergy?.title, allergy?.status],
    ["claim", "health.allergy", "self is allergic to peanuts", "active"],
  );
});

test("both stores give one answer, again and again", () =>
  inFolder(async (folder) => {
    const pools = [await newPool(), await newPool(await openSqliteStore(`${folder}/store.db`))];
    const questions = [
      "lunch in March",
      "kite festival",
      "item 7 of the list",
      "ombudsman",
      "what did Ann say about the weather on April 11th?",
    ];
    const answers: string[] = [];
    for (const pool of pools) {
      await write(
        pool,
        ...filler,
        note("Kite", "festival"),
        item("m", "message", { from: "Ann", text: "the weather is nice" }, { observed_at: Date.parse("2024-04-11") }),
      );
      const found = [];
      for (const question of [...questions, ...questions])
        found.push((await find(pool.replica, question)).map(({ title, score, when }) => [title, score, when]));
      assert.deepEqual(found.slice(0, questions.length), found.slice(questions.length));
      answers.push(JSON.stringify(found));
    }
    assert.equal(answers[0], answers[1]);
    await pools[1]?.replica.store.close();
  }));
