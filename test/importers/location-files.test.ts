import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fix } from "../../src/importers/location/fold.ts";
import { geojson } from "../../src/importers/location/geojson.ts";
import { gpx } from "../../src/importers/location/gpx.ts";
import { kml } from "../../src/importers/location/kml.ts";
import { ownTracks } from "../../src/importers/location/owntracks.ts";
import { problemLines } from "./import-all.ts";
import { noon, readPlaces, series, told } from "./location-fixes.ts";

describe("GPX", () => {
  const trackPoint = (each: Fix) => `<trkpt lat="${each.latitude}" lon="${each.longitude}"><ele>1</ele><time>${each.text}</time></trkpt>`;
  const file = (...inside: readonly string[]) =>
    `\n<?xml version="1.0" encoding="UTF-8"?>\n<gpx xmlns="http://www.topografix.com/GPX/1/1">${inside.join("\n")}</gpx>`;
  const way = series(0, 20, (at) => [at * 100, 0]);

  it("tells of tracks, each folded for itself under its name, and of waypoints", () => {
    const text = file(
      "<metadata><name>not this</name></metadata>",
      '<wpt lat="49.1" lon="16.5"><time>2020-01-01T00:00:00Z</time><name>Spring &amp; well</name><desc>cold</desc></wpt>',
      `<trk><name>Walk</name><type>Hiking</type><trkseg>${way.slice(0, 9).map(trackPoint).join("")}</trkseg><trkseg>${way.slice(9).map(trackPoint).join("")}</trkseg></trk>`,
      `<trk><trkseg>${series(21, 40, () => [0, 0])
        .map(trackPoint)
        .join("")}</trkseg></trk>`,
    );
    const items = told(gpx, text);
    assert.deepEqual(items, [
      [
        "place",
        "place/2020-01-01T00:00:00Z/49.1,16.5/Spring & well",
        { time: "2020-01-01T00:00:00Z", latitude: 49.1, longitude: 16.5, name: "Spring & well", note: "cold" },
      ],
      [
        "trip",
        "trip/2024-06-15T12:00:00Z/49.195,16.608",
        {
          ...{ start: "2024-06-15T12:00:00Z", end: "2024-06-15T12:20:00Z", latitude: 49.195, longitude: 16.608 },
          ...{ end_latitude: 49.21299, end_longitude: 16.608, distance: 2_000, name: "Walk", mode: "hiking" },
        },
      ],
      [
        "visit",
        "visit/2024-06-15T12:21:00Z/49.195,16.608",
        { start: "2024-06-15T12:21:00Z", end: "2024-06-15T12:40:00Z", latitude: 49.195, longitude: 16.608 },
      ],
    ]);
  });

  it("says with lines what it can't use", () => {
    const text = file(
      '<trk><trkseg><trkpt lat="1" lon="2"></trkpt>',
      '<trkpt lat="x" lon="2"><time>2020-01-01T00:00:00Z</time></trkpt>',
      "<trkpt lat=1 lon='2'><time>2020-01-01T00:00:00Z</time></trkpt>",
      "<trkpt lat='1' lon='2'><time>2020-01-01T00:00:00Z</trkpt>",
      "<trkpt lat='1' lon='2'><time>2020-01-01T00:00:00Z</time></trkpt></trkseg></trk>",
      "<rte><rtept lat='1' lon='2'/></rte>",
      "<wpt/>",
    );
    const imported = readPlaces(gpx, text);
    assert.equal(imported.drafts.length, 1);
    assert.deepEqual(problemLines(imported), [
      "line 3: the point has no time: left out",
      "line 4: the point has no place: left out",
      "line 5: trkpt is not well-formed (unquoted attribute value): left out",
      "line 6: trkpt is not well-formed (unexpected close tag): left out",
      "line 8: a planned route, which nobody took: left out",
      "line 9: the waypoint has no place: left out",
    ]);
    assert.match(problemLines(readPlaces(gpx, text.slice(0, -3))).join("\n"), /it may be cut short/);
    assert.deepEqual(problemLines(readPlaces(gpx, "<gpx/>")), ["holds no points"]);
  });

  it("puts no entities in that the file declares", () => {
    const bomb = `<!DOCTYPE gpx [<!ENTITY a "${"x".repeat(100)}"><!ENTITY b "${"&a;".repeat(100)}">]><gpx><wpt lat="1" lon="2"><name>&b;&lt;</name></wpt></gpx>`;
    assert.deepEqual(told(gpx, bomb)[0]?.[2], { latitude: 1, longitude: 2, name: "&b;<" });
  });
});

describe("KML", () => {
  const placemark = (...inside: readonly string[]) => `<Placemark>${inside.join("")}</Placemark>`;
  const file = (...placemarks: readonly string[]) =>
    `<kml xmlns:gx="x"><Document><Folder>${placemarks.join("\n")}</Folder></Document></kml>`;
  const span = "<TimeSpan><begin>2024-01-01T10:00:00Z</begin><end>2024-01-01T11:00:00Z</end></TimeSpan>";

  it("tells of visits, trips, places and tracks", () => {
    const text = file(
      placemark("<name>Home</name><address>Square 1</address>", span, "<Point><coordinates>16.608,49.195,0</coordinates></Point>"),
      placemark("<name>Driving</name>", span, "<LineString><coordinates>\n16,49,0 16,50,0\n</coordinates></LineString>"),
      placemark(
        "<name>Spring</name><description>cold</description><MultiGeometry><Point><coordinates>16.5,49.1</coordinates></Point></MultiGeometry>",
      ),
      placemark(
        "<gx:Track>",
        ...series(0, 12, () => [0, 0]).map((each) => `<when>${each.text}</when><gx:coord>${each.longitude} ${each.latitude} 0</gx:coord>`),
        "</gx:Track>",
      ),
      ...series(60, 61, () => [9_000, 0]).map((each) =>
        placemark(
          `<TimeStamp><when>${each.text}</when></TimeStamp><Point><coordinates>${each.longitude},${each.latitude}</coordinates></Point>`,
        ),
      ),
    );
    const times = { start: "2024-01-01T10:00:00Z", end: "2024-01-01T11:00:00Z" };
    assert.deepEqual(
      told(kml, text).map(([kind, , content]) => [kind, content]),
      [
        ["visit", { ...times, latitude: 49.195, longitude: 16.608, name: "Home", address: "Square 1" }],
        ["trip", { ...times, latitude: 49, longitude: 16, end_latitude: 50, end_longitude: 16, distance: 111_195, name: "Driving" }],
        ["place", { latitude: 49.1, longitude: 16.5, name: "Spring", note: "cold" }],
        ["visit", { start: "2024-06-15T12:00:00Z", end: "2024-06-15T12:12:00Z", latitude: 49.195, longitude: 16.608 }],
        ["visit", { start: "2024-06-15T13:00:00Z", end: "2024-06-15T13:01:00Z", latitude: 49.27594, longitude: 16.608 }],
      ],
    );
  });

  it("says what it can't use", () => {
    const line = "<LineString><coordinates>16,49 16,50</coordinates></LineString>";
    assert.deepEqual(problemLines(readPlaces(kml, file(placemark("<Polygon/>"), placemark(line), placemark("<Track/>")))), [
      "line 1: the placemark has no point, line or track: left out",
      "line 2: a line without times: left out",
      "line 3: the track has no times or places: left out",
    ]);
    assert.deepEqual(problemLines(readPlaces(kml, "<kml/>")), ["holds no placemarks"]);
  });
});

describe("OwnTracks", () => {
  it("has a message a line: locations and transitions are folded, waypoints are places", () => {
    const line = (message: object) => `2024-06-15T12:00:00Z\t*                 \t${JSON.stringify(message)}`;
    const location = (minutes: number, type = "location") => ({
      _type: type,
      lat: 49.195,
      lon: 16.608,
      tst: noon / 1_000 + minutes * 60,
      acc: 10,
    });
    const waypoint = { _type: "waypoint", desc: "Home", lat: 49.195, lon: 16.608, rad: 50, tst: 1 };
    const far = { ...location(5), lat: 50, acc: 5_000 };
    const text = [line(location(0)), line({ _type: "lwt" }), line(waypoint), line(far), line(location(15, "transition")), ""].join("\n");
    assert.deepEqual(told(ownTracks, text), [
      ["place", "place/49.195,16.608/Home", { latitude: 49.195, longitude: 16.608, name: "Home", radius: 50 }],
      [
        "visit",
        "visit/2024-06-15T12:00:00Z/49.195,16.608",
        { start: "2024-06-15T12:00:00Z", end: "2024-06-15T12:15:00Z", latitude: 49.195, longitude: 16.608 },
      ],
    ]);
    const bad = [line({ _type: "location", tst: 1 }), "no message", line({ ...location(0), tst: null }), `x\t{"_type":`].join("\n");
    assert.deepEqual(problemLines(readPlaces(ownTracks, bad)), [
      "line 1: the location has no place: left out",
      "line 2: holds no message: left out",
      "line 4: holds no message: left out",
      "line 3: the location has no time: left out",
    ]);
  });
});

describe("GeoJSON", () => {
  const feature = (coordinates: unknown, properties: object, type = "Point") => ({
    type: "Feature",
    geometry: { type, coordinates },
    properties,
  });

  it("has points with times by many names, lines with times, and places", () => {
    const collection = {
      type: "FeatureCollection",
      features: [
        feature(["16.608", "49.195"], { timestamp: noon / 1_000 }),
        feature([16.608, 49.195, 200], { recorded_at: "2024-06-15T12:20:00Z" }),
        feature([16.5, 49.1], { name: "Spring" }),
        feature(
          [
            [16, 49],
            [16, 49.1],
          ],
          { name: "Way", coordTimes: ["2024-06-16T12:00:00Z", "2024-06-16T12:30:00Z"] },
          "LineString",
        ),
        feature([2, 48], { date: "2021-01-01T00:00:00Z", google_maps_url: "http://maps/1", location: { name: "Bar", address: "Rue 1" } }),
        feature([0, 0], {
          Title: "Old",
          "Google Maps URL": "http://maps/2",
          Published: "2020-01-01T00:00:00Z",
          Location: { Address: "Rue 2" },
        }),
      ],
    };
    assert.deepEqual(
      told(geojson, collection).map(([kind, id, content]) => [kind, id, content]),
      [
        ["place", "place/49.1,16.5/Spring", { latitude: 49.1, longitude: 16.5, name: "Spring" }],
        [
          "trip",
          "trip/2024-06-16T12:00:00Z/49,16",
          {
            ...{
              start: "2024-06-16T12:00:00Z",
              end: "2024-06-16T12:30:00Z",
              latitude: 49,
              longitude: 16,
              end_latitude: 49.1,
              end_longitude: 16,
            },
            ...{ distance: 11_120, name: "Way" },
          },
        ],
        [
          "place",
          "place/2021-01-01T00:00:00Z/http://maps/1",
          {
            time: "2021-01-01T00:00:00Z",
            latitude: 48,
            longitude: 2,
            place_id: "http://maps/1",
            name: "Bar",
            address: "Rue 1",
            url: "http://maps/1",
          },
        ],
        [
          "place",
          "place/2020-01-01T00:00:00Z/http://maps/2",
          { time: "2020-01-01T00:00:00Z", place_id: "http://maps/2", name: "Old", address: "Rue 2", url: "http://maps/2" },
        ],
        [
          "visit",
          "visit/2024-06-15T12:00:00Z/49.195,16.608",
          { start: "2024-06-15T12:00:00Z", end: "2024-06-15T12:20:00Z", latitude: 49.195, longitude: 16.608 },
        ],
      ],
    );
  });

  it("says which features it can't use", () => {
    const features = [feature([1, 2], {}), feature(null, { time: 1 }), feature([[1, 2]], {}, "LineString"), feature([], {}, "Polygon")];
    assert.deepEqual(problemLines(readPlaces(geojson, JSON.stringify({ type: "FeatureCollection", features }))), [
      "entry 1: has neither time nor name: left out",
      "entry 2: has no point: left out",
      "entry 4: has no point: left out",
      "entry 3: a line without times: left out",
    ]);
  });
});
