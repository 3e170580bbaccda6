import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { importerFor, importers } from "../../src/importers/recognise.ts";
import { calendarText } from "./calendar-text.ts";
import { importAllInTime, sourceOf } from "./import-all.ts";
import { heic, jpeg } from "./photo-files.ts";

function nameFor(name: string, data: string | Uint8Array): string | undefined {
  return importerFor(sourceOf(name, data))?.name;
}

describe("importerFor", () => {
  it("goes by what a file holds before it goes by its name", () => {
    assert.equal(nameFor("a.md", calendarText()), "icalendar");
    assert.equal(nameFor("a.ics", jpeg()), "photo");
    assert.equal(nameFor("a.jpg", calendarText()), "icalendar");
    assert.equal(nameFor("noname", heic()), "photo");
  });

  it("goes by the name of what tells nothing, so that its importer can say what is wrong", () => {
    assert.equal(nameFor("a.ics", ""), "icalendar");
    assert.equal(nameFor("a.heic", ""), "photo");
    assert.equal(nameFor("a.md", ""), "markdown");
    assert.equal(nameFor("deep/a.Markdown", "\0\0"), "markdown");
  });

  it("knows no other format", () => {
    for (const name of ["a.txt", "a.json", "README", "a.org", "a.png", ""]) assert.equal(nameFor(name, "text"), undefined, name);
  });
});

describe("importers", () => {
  it("have names of their own, versions and titles", () => {
    assert.deepEqual(
      importers.map(({ name, version, title }) => [name, version, title]),
      [
        ["photo", "1", "JPEG and HEIF photos"],
        ["icalendar", "1", "iCalendar"],
        ["markdown", "1", "Markdown notes"],
        ["whatsapp", "1", "WhatsApp chats"],
        ["telegram", "1", "Telegram chats"],
        ["instagram", "1", "Instagram and Messenger chats"],
        ["sms-backup", "1", "SMS Backup & Restore"],
        ["chatgpt", "1", "ChatGPT conversations"],
        ["claude", "1", "Claude conversations"],
        ["mcp-memory", "1", "MCP memory server"],
        ["mem0", "1", "mem0 memories"],
        ["vcard", "1", "vCard contacts"],
        ["mail", "1", "mail: messages and mbox"],
        ["google-records", "1", "Google location history (Records.json)"],
        ["google-semantic", "1", "Google Semantic Location History"],
        ["google-timeline", "1", "Google Timeline of a phone"],
        ["gpx", "1", "GPX tracks and waypoints"],
        ["kml", "1", "KML placemarks and tracks"],
        ["geojson", "1", "GeoJSON points and places"],
        ["owntracks", "1", "OwnTracks recordings"],
        ["apple-health", "1", "Apple Health"],
        ["google-activity", "1", "Google My Activity"],
        ["history-list", "1", "watch and search history lists"],
        ["bookmarks", "1", "browser bookmarks"],
      ],
    );
  });

  it("read any file without throwing, also one of another format", async () => {
    const files = ["", "text", calendarText("X-A:1"), jpeg(), heic(), Buffer.alloc(3_000), Buffer.alloc(3_000, 0xff)];
    for (const importer of importers) {
      for (const data of files) {
        const { drafts, problems } = await importAllInTime(importer, sourceOf("a", data));
        assert.ok(drafts.length + problems.length <= 2);
      }
    }
  });
});
