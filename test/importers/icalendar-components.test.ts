import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Component, readComponents } from "../../src/importers/icalendar/component.ts";

function read(...lines: string[]) {
  const { roots, problems } = readComponents(Buffer.from(lines.join("\r\n")));
  return { tree: roots.map(shape), problems: problems.map(({ position, reason }) => `${position}: ${reason}`), roots };
}

/** `VEVENT 2-4 [SUMMARY]`, with what is inside it. */
function shape(component: Component): unknown[] {
  const own = `${component.name} ${component.from}-${component.to} [${component.properties.map((line) => line.name).join(" ")}]`;
  return [own, ...component.children.map(shape)];
}

describe("readComponents", () => {
  it("nests components and keeps their lines", () => {
    const { tree, problems } = read("BEGIN:VCALENDAR", "VERSION:2.0", "begin:vevent", "SUMMARY:a", "end:VEVENT", "END:VCALENDAR");
    assert.deepEqual(tree, [["VCALENDAR 1-6 [VERSION]", ["VEVENT 3-5 [SUMMARY]"]]]);
    assert.deepEqual(problems, []);
  });

  it("reads several calendars, and an item outside any", () => {
    const { tree, problems } = read("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT");
    assert.deepEqual(tree, [["VCALENDAR 1-2 []"], ["VCALENDAR 3-4 []"], ["VEVENT 5-6 []"]]);
    assert.deepEqual(problems, []);
  });

  it("leaves out lines that are no properties; neighbours make one problem", () => {
    const { tree, problems } = read("BEGIN:VEVENT", "oops", "SUMMARY:a", "one broken", "text, two lines", "END:VEVENT");
    assert.deepEqual(tree, [["VEVENT 1-6 [SUMMARY]"]]);
    assert.deepEqual(problems, ["line 2: not a property: left out", "line 4: 2 lines that are no properties: left out"]);
  });

  it("bears X- properties outside components, but nothing else there", () => {
    const { problems } = read("X-COMMENT:cached", "BEGIN:VCALENDAR", "END:VCALENDAR", "SUMMARY:lost");
    assert.deepEqual(problems, ["line 4: not a property: left out"]);
  });

  it("keeps what a calendar without END holds", () => {
    const { tree, problems } = read("BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT");
    assert.deepEqual(tree, [["VCALENDAR 1-3 []", ["VEVENT 2-3 []"]]]);
    assert.deepEqual(problems, ["line 1: VCALENDAR has no END"]);
  });

  it("leaves out an item without END, for it may be cut short", () => {
    const { tree, problems } = read(
      "BEGIN:VCALENDAR",
      "BEGIN:VEVENT",
      "SUMMARY:cut",
      "BEGIN:VEVENT",
      "SUMMARY:whole",
      "END:VEVENT",
      "END:VCALENDAR",
    );
    assert.deepEqual(tree, [["VCALENDAR 1-7 []", ["VEVENT 4-6 [SUMMARY]"]]]);
    assert.deepEqual(problems, ["line 2: VEVENT has no END: left out"]);
  });

  it("leaves out what is open when its container ends", () => {
    const { tree, problems } = read("BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VALARM", "END:VEVENT", "BEGIN:VTODO", "END:VCALENDAR");
    assert.deepEqual(tree, [["VCALENDAR 1-6 []", ["VEVENT 2-4 []"]]]);
    assert.deepEqual(problems, ["line 3: VALARM has no END: left out", "line 5: VTODO has no END: left out"]);
  });

  it("begins a new calendar where the old one lacks its END", () => {
    const { tree, problems } = read(
      "BEGIN:VCALENDAR",
      "BEGIN:VEVENT",
      "END:VEVENT",
      "BEGIN:VCALENDAR",
      "BEGIN:VEVENT",
      "END:VEVENT",
      "END:VCALENDAR",
    );
    assert.deepEqual(tree, [
      ["VCALENDAR 1-3 []", ["VEVENT 2-3 []"]],
      ["VCALENDAR 4-7 []", ["VEVENT 5-6 []"]],
    ]);
    assert.deepEqual(problems, ["line 1: VCALENDAR has no END"]);
  });

  it("reports an END that ends nothing", () => {
    assert.deepEqual(read("BEGIN:VCALENDAR", "END:VEVENT", "END:VCALENDAR").problems, ["line 2: END without its BEGIN"]);
  });

  it("marks a component that lost something, so that a zone isn't trusted", () => {
    const { roots } = read(
      "BEGIN:VTIMEZONE",
      "BEGIN:STANDARD",
      "broken",
      "END:STANDARD",
      "BEGIN:DAYLIGHT",
      "END:VTIMEZONE",
      "BEGIN:VEVENT",
      "END:VEVENT",
    );
    assert.deepEqual(
      roots.map((root) => [root.name, root.damaged, root.children.map((child) => child.damaged)]),
      [
        ["VTIMEZONE", true, [true]],
        ["VEVENT", false, []],
      ],
    );
  });

  it("bounds the depth", () => {
    const deep = Array.from({ length: 100_000 }, (_, index) => `BEGIN:X-${index % 7}`);
    const { roots, problems } = read(...deep);
    assert.deepEqual(roots, []);
    assert.ok(problems.some((problem) => problem.includes("more than 16 deep")));
  });

  it("says one thing of a file that holds none, and nothing of a calendar that is empty", () => {
    assert.deepEqual(read("").problems, [": holds no iCalendar component"]);
    assert.deepEqual(read("<html>", "a: b", "SUMMARY:x").problems, [": holds no iCalendar component"]);
    assert.deepEqual(read("BEGIN:VCALENDAR", "END:VCALENDAR").problems, []);
  });

  it("shows no odd name in a problem", () => {
    assert.deepEqual(read("BEGIN:\u0007\u0000bad").problems, ["line 1: component has no END: left out"]);
  });
});
