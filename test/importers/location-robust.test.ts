import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Importer } from "../../src/importers/importer.ts";
import { geojson } from "../../src/importers/location/geojson.ts";
import { googleRecords } from "../../src/importers/location/google-records.ts";
import { googleSemantic } from "../../src/importers/location/google-semantic.ts";
import { googleTimeline } from "../../src/importers/location/google-timeline.ts";
import { gpx } from "../../src/importers/location/gpx.ts";
import { kml } from "../../src/importers/location/kml.ts";
import { ownTracks } from "../../src/importers/location/owntracks.ts";
import { sourceOf } from "./import-all.ts";
import { noon, readPlaces } from "./location-fixes.ts";
import { mutationsOf } from "./mutations.ts";

const samples: readonly { readonly importer: Importer; readonly text: string }[] = [
  {
    importer: googleRecords,
    text: JSON.stringify(
      {
        locations: [
          { latitudeE7: 1, longitudeE7: 2, timestamp: "2024-01-01T10:00:00Z" },
          { latitudeE7: 9_000_000, longitudeE7: 2, timestampMs: "1704103800000" },
        ],
      },
      null,
      1,
    ),
  },
  {
    importer: googleSemantic,
    text: JSON.stringify({
      timelineObjects: [
        { placeVisit: { location: { latitudeE7: 1, longitudeE7: 2, name: "é" }, duration: { startTimestamp: "2024-01-01T10:00:00Z" } } },
        { activitySegment: { startLocation: { latitudeE7: 1, longitudeE7: 2 }, duration: { startTimestamp: "1704103800" } } },
      ],
    }),
  },
  {
    importer: googleTimeline,
    text: JSON.stringify({
      semanticSegments: [
        {
          startTime: "2024-01-01T10:00:00Z",
          endTime: "2024-01-01T11:00:00Z",
          visit: { topCandidate: { placeLocation: { latLng: "1.0°, 2.0°" } } },
        },
        {
          startTime: "2024-01-01T12:00:00Z",
          timelinePath: [
            { point: "geo:1,2", durationMinutesOffsetFromStartTime: "1" },
            { point: "geo:1,3", durationMinutesOffsetFromStartTime: "9" },
          ],
        },
      ],
      userLocationProfile: { frequentPlaces: [{ placeLocation: "1°, 2°", label: "A" }] },
    }),
  },
  {
    importer: gpx,
    text: '<?xml version="1.0"?><gpx><wpt lat="1" lon="2"><name>é&amp;</name></wpt><trk><name>n</name><trkseg><trkpt lat="1" lon="2"><time>2024-01-01T10:00:00Z</time></trkpt><trkpt lat="1.1" lon="2"><time>2024-01-01T10:10:00Z</time></trkpt></trkseg></trk></gpx>',
  },
  {
    importer: kml,
    text: "<kml><Placemark><name>n</name><TimeSpan><begin>2024-01-01T10:00:00Z</begin></TimeSpan><Point><coordinates>1,2</coordinates></Point></Placemark><Placemark><gx:Track><when>2024-01-01T10:00:00Z</when><gx:coord>1 2 3</gx:coord></gx:Track></Placemark></kml>",
  },
  {
    importer: ownTracks,
    text: '2024-06-15T12:00:00Z\t*\t{"_type":"location","lat":1,"lon":2,"tst":1704103800}\n2024-06-15T12:00:00Z\t*\t{"_type":"waypoint","lat":1,"lon":2,"desc":"é"}\n',
  },
  {
    importer: geojson,
    text: '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"time":1704103800}},{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[1,3]]},"properties":{"times":[1704103800,1704103900]}}]}',
  },
];

describe("a damaged file of places", () => {
  for (const { importer, text } of samples) {
    it(`never breaks the contract: ${importer.title}`, () => {
      assert.ok(readPlaces(importer, text).drafts.length > 0);
      fc.assert(
        fc.property(mutationsOf(Buffer.from(text)), (bytes) => {
          readPlaces(importer, bytes);
        }),
        { seed: 63, numRuns: 300 },
      );
    });
  }

  const hostile: readonly { readonly name: string; readonly importer: Importer; readonly text: string }[] = [
    { name: "200,000 open brackets", importer: googleRecords, text: `{"locations":[${'{"a":'.repeat(200_000)}` },
    {
      name: "lists a million deep",
      importer: geojson,
      text: `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":${"[".repeat(1_000_000)}`,
    },
    { name: "100,000 broken points", importer: googleRecords, text: `{"locations":[${'{"latitudeE7":x},'.repeat(100_000)}]}` },
    { name: "100,000 unclosed texts", importer: googleRecords, text: `{"locations":[${'{"latitudeE7:1},\n'.repeat(100_000)}]}` },
    { name: "a million elements that don't end", importer: gpx, text: `<gpx>${"<trkpt>".repeat(1_000_000)}` },
    { name: "a million signs", importer: kml, text: `<kml>${"<&".repeat(1_000_000)}` },
    { name: "500,000 unknown entities", importer: kml, text: `<kml><Placemark><name>${"&x;".repeat(500_000)}` },
    { name: "a line of megabytes", importer: ownTracks, text: `2024-06-15T12:00:00Z\t*\t{"_type":"${"x".repeat(5_000_000)}"}` },
    {
      name: "300,000 messages",
      importer: ownTracks,
      text: `2024-06-15T12:00:00Z\t*\t{"_type":"location","lat":1,"lon":2,"tst":1704103800}\n`.repeat(300_000),
    },
    {
      name: "100,000 coordinates that are none",
      importer: googleTimeline,
      text: `[{"startTime":"2024-01-01T10:00:00Z","timelinePath":[${'{"point":"1111111111,"},'.repeat(100_000)}{}]}]`,
    },
  ];
  for (const { name, importer, text } of hostile) {
    it(`is survived when it was made to take long: ${name}`, () => {
      readPlaces(importer, text);
    });
  }

  it("of fifty thousand points is read within seconds", () => {
    const locations = Array.from({ length: 50_000 }, (_, index) => ({
      latitudeE7: 491950000 + (index % 500) * 1_000,
      longitudeE7: 166080000,
      timestampMs: `${noon + index * 60_000}`,
      activity: [{ type: "STILL" }],
    }));
    assert.ok(readPlaces(googleRecords, JSON.stringify({ locations }, null, 2)).drafts.length > 10);
  });
});

it("each format is recognised by what it holds, and only that", () => {
  const importers = samples.map(({ importer }) => importer);
  for (const { importer, text } of samples) {
    assert.deepEqual(
      importers.filter((each) => each.recognises(sourceOf("", text))).map(({ name }) => name),
      [importer.name],
    );
  }
  const others = [
    '{"locations":[{"name":"x"}]}',
    '[{"startTime":1}]',
    '{"type":"Topology"}',
    "<svg/>",
    "<html><body>gpx",
    "",
    "2024-06-15T12:00:00Z text",
  ];
  for (const text of others)
    for (const importer of importers) assert.ok(!importer.recognises(sourceOf("", text)), `${importer.name}: ${text}`);
  assert.ok(googleTimeline.recognises(sourceOf("", '[{"endTime":"x","startTime":"y","visit":{}}]')));
  assert.ok(geojson.recognises(sourceOf("", '{"locations":[{"type":"Feature"}]}')));
  assert.ok(gpx.recognises(sourceOf("a.GPX", "")) && kml.recognises(sourceOf("a.kml", "")) && ownTracks.recognises(sourceOf("a.rec", "")));
});
