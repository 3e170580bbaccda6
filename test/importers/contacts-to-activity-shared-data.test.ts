import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import PostalMime from "postal-mime";
import type { EvidenceDraft } from "../../src/importers/importer.ts";
import { mail } from "../../src/importers/mail/mail.ts";
import { readSources } from "../../src/importers/read-source.ts";
import { importerFor } from "../../src/importers/recognise.ts";
import { walk } from "../../src/importers/walk.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, importAllInTime, problemLines, sourceOf } from "./import-all.ts";
import { withinSecondsInTime } from "./within-seconds.ts";

// Development data of many public projects, which lie beside the checkout and aren't shipped with it.
const data = join(import.meta.dirname, "../../../shared/data");
const person = "persona/lifebench-lumingqiang/native";
const skip = existsSync(data) ? false : `there is no development data at ${data}`;

interface Counts {
  /** Files that an importer reads. */
  readonly files: number;
  /** Items, by their kinds. */
  readonly items: Readonly<Record<string, number>>;
}

/** What each folder or file gives. */
const counts: Readonly<Record<string, Counts>> = {
  // A calendar lies among the cards.
  contacts: { files: 16, items: { contact: 16, event: 4 } },
  mail: { files: 60, items: { mail: 65 } },
  location: { files: 21, items: { place: 13, trip: 16, visit: 12 } },
  // A workout's route lies beside the export.
  health: { files: 2, items: { health_day: 4, visit: 1, workout: 1 } },
  activity: { files: 1, items: { search: 1, visit_page: 2 } },
  "malformed/contacts": { files: 1, items: { contact: 1 } },
  "malformed/mail": { files: 35, items: { mail: 35 } },
  "malformed/location": { files: 3, items: { trip: 1 } },
  [`${person}/contacts.vcf`]: { files: 1, items: { contact: 24 } },
  [`${person}/apple_health_export`]: { files: 1, items: { health_day: 64, workout: 140 } },
  "persona/monte-starter/search-history.json": { files: 1, items: { search: 20 } },
  "persona/monte-starter/watch-history.json": { files: 1, items: { watch: 30 } },
};

const apart = "its parts can't be told apart: they are kept as one text";
const open = "its last part has no end: it may be cut short";

/** Every problem that the files should give. */
const expected: Readonly<Record<string, readonly string[]>> = {
  // "SEQUENCE:-1".
  "contacts/libical/user-cal.vcf": [8, 25, 42, 59].map((line) => `line ${line}: SEQUENCE can't be read: left out`),
  // A card of a picture alone.
  "contacts/node-vcf/photo-base64.vcf": ["line 1: the card doesn't say whose it is: left out"],
  // Boundaries inside boundaries, none closed; the third message's are empty.
  "mail/MimeKit/simple.mbox": [`line 1: ${open}`, `line 25: ${open}`, `line 48: ${apart}`],
  // Boundaries with other words on their lines.
  "mail/james-mime4j/ending-boundaries.msg": [apart],
  "mail/mail/raw_email4.eml": [open],
  // "action": "will_terminate", without a point.
  "location/dawarich/overland/geodata.json": ["entry 2: has no point: left out"],
  "malformed/mail/james-mime4j/badbound.msg": [apart],
  "malformed/mail/james-mime4j/malformedHeader-noheader.msg": ["holds no mail: left out"],
  "malformed/mail/james-mime4j/missing-boundary.msg": [apart],
  "malformed/mail/james-mime4j/missing-inner-start-boundary.msg": [apart],
  "malformed/mail/james-mime4j/multi-bad.msg": [open],
  "malformed/location/dawarich/google/location-history/with_activitySegment_without_startLocation_without_waypointPath.json": [
    "entry 1: the activitySegment has no place: left out",
  ],
  "malformed/location/dawarich/google/location-history/with_placeVisit_without_location_with_coordinates_with_otherCandidateLocations.json":
    ["entry 1: the placeVisit has no place: left out"],
};

/** Messages whose text postal-mime reads otherwise, and why ours is right or as good. */
const otherwise: ReadonlySet<string> = new Set([
  // A transfer encoding of "text/html" or of nothing, a field that is no field: postal-mime finds no text.
  "mail/mailparser/spam.eml",
  "mail/MimeKit/multipart-related-mhtml.txt",
  "malformed/mail/mail/content_transfer_encoding_empty.eml",
  "malformed/mail/mail/content_transfer_encoding_text-html.eml",
  "malformed/mail/mail/multiple_invalid_content_dispositions.eml",
  // It writes the heads of forwarded messages otherwise.
  "mail/james-mime4j/multi-2gifs-base64.msg",
  "mail/james-mime4j/multi-digest.msg",
  "mail/james-mime4j/multi-nested.msg",
  "mail/james-mime4j/multi-nested3.msg",
  "mail/mail/attachment_message_rfc822.eml",
  // It takes both alternatives.
  "malformed/mail/james-mime4j/double-semicolon2.msg",
  // Bytes that aren't UTF-8 become question marks there.
  "malformed/mail/james-mime4j/infinite.msg",
]);

async function readAll(
  root: string,
): Promise<{ readonly drafts: readonly EvidenceDraft[]; readonly files: number; readonly lines: Map<string, string[]> }> {
  const drafts: EvidenceDraft[] = [];
  const lines = new Map<string, string[]>();
  let files = 0;
  for await (const entry of walk([join(data, root)])) {
    for await (const file of readSources(entry)) {
      assert.ok("bytes" in file, file.path);
      const importer = importerFor(file);
      if (importer === null) continue;
      files += 1;
      const imported = await withinSecondsInTime(file.path, () => importAllInTime(importer, file));
      assertRules(imported);
      drafts.push(...imported.drafts);
      lines.set(relative(data, file.path), problemLines(imported));
    }
  }
  return { drafts, files, lines };
}

describe("the development data's contacts, mail, places, health and activity", { skip }, () => {
  for (const [root, { files, items }] of Object.entries(counts)) {
    it(`give what is in them, and no problem that isn't right: ${root}`, async () => {
      const read = await readAll(root);
      for (const [path, lines] of read.lines) assert.deepEqual(lines, expected[path] ?? [], path);
      const kinds = Object.groupBy(read.drafts, ({ kind }) => kind);
      assert.deepEqual(Object.fromEntries(Object.entries(kinds).map(([kind, drafts]) => [kind, drafts?.length])), { ...items });
      assert.equal(read.files, files);
    });
  }

  it("have the synthetic person's people under their own ids", async () => {
    const ids = JSON.parse(readFileSync(join(data, person, "ids.json"), "utf8")) as { contact: Record<string, { key: string }[]> };
    const { drafts } = await readAll(`${person}/contacts.vcf`);
    assert.deepEqual(
      drafts.map(({ external_id }) => external_id),
      Object.values(ids.contact).map(([place]) => place?.key),
    );
    for (const { content } of drafts)
      for (const member of ["name", "nickname", "phones", "emails", "note"]) assert.ok(member in content, member);
  });

  it("tell when each workout and visit was", async () => {
    for (const root of [`${person}/apple_health_export`, "location"]) {
      for (const { kind, observed_at, external_id } of (await readAll(root)).drafts)
        assert.ok(kind === "place" || observed_at !== undefined, external_id);
    }
  });

  it("have the words that postal-mime finds in each message", async () => {
    const words = (text: unknown) => (typeof text === "string" ? text.replace(/\s+/g, " ").trim() : "");
    let messages = 0;
    for (const root of ["mail", "malformed/mail"]) {
      for await (const { path } of walk([join(data, root)])) {
        if (path.endsWith(".mbox") || otherwise.has(relative(data, path))) continue;
        const bytes = readFileSync(path);
        const imported = importAll(mail, sourceOf("a", bytes));
        // Kept as one text where postal-mime finds none.
        if (problemLines(imported).includes(apart)) continue;
        const oracle = await PostalMime.parse(bytes);
        for (const { content } of imported.drafts) assert.equal(words(content["text"]), words(oracle.text), path);
        messages += 1;
      }
    }
    assert.ok(messages > 75, `${messages} messages`);
  });
});
