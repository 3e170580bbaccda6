import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { googleRecords } from "../../src/importers/location/google-records.ts";
import { googleSemantic } from "../../src/importers/location/google-semantic.ts";
import { googleTimeline } from "../../src/importers/location/google-timeline.ts";
import { problemLines } from "./import-all.ts";
import { fix, minute, noon, readPlaces, told } from "./location-fixes.ts";

describe("Google's Records.json", () => {
  const point = (minutes: number, north: number, more: object = {}) => {
    const { latitude, longitude, text } = fix(minutes, north);
    return { latitudeE7: Math.round(latitude * 1e7), longitudeE7: Math.round(longitude * 1e7), timestamp: text, accuracy: 20, ...more };
  };

  it("is folded; points that aren't exact count for nothing", () => {
    const locations = [
      point(0, 0),
      point(5, 9_000, { accuracy: 5_000 }),
      point(20, 10),
      point(40, 5_000),
      point(41, 5_010, { timestamp: undefined, timestampMs: `${noon + 41 * minute}` }),
    ];
    assert.deepEqual(told(googleRecords, { locations }), [
      [
        "visit",
        "visit/2024-06-15T12:00:00Z/49.195,16.608",
        { start: "2024-06-15T12:00:00Z", end: "2024-06-15T12:20:00Z", latitude: 49.19504, longitude: 16.608 },
      ],
      [
        "trip",
        "trip/2024-06-15T12:20:00Z/49.195,16.608",
        {
          ...{ start: "2024-06-15T12:20:00Z", end: "2024-06-15T12:41:00Z", latitude: 49.19509, longitude: 16.608 },
          ...{ end_latitude: 49.24006, end_longitude: 16.608, distance: 5_000 },
        },
      ],
    ]);
  });

  it("says which points have no place or time, each kind ten times, and reads on after what is broken", () => {
    const lost = Array.from({ length: 15 }, () => ({ latitudeE7: 1 }));
    const imported = readPlaces(
      googleRecords,
      JSON.stringify({ locations: [point(0, 0), ...lost, { ...point(1, 0), timestamp: "soon" }, point(20, 0)] }),
    );
    assert.equal(imported.drafts.length, 1);
    assert.equal(imported.problems.length, 12);
    assert.deepEqual(problemLines(imported).slice(9), [
      "entry 11: has no place: left out",
      "5 more of them: has no place: left out",
      "entry 17: has no time: left out",
    ]);
    const pretty = JSON.stringify({ locations: [point(0, 0), point(1, 0), point(20, 0)] }, null, 2);
    for (const broken of [
      pretty.replace('"accuracy": 20', '"accuracy: 20'),
      pretty.replace("20\n    },", "20\n    "),
      pretty.replace('"accuracy": 20', '"accuracy": 20 20'),
    ]) {
      const rest = readPlaces(googleRecords, broken);
      assert.deepEqual(problemLines(rest), ["entry 1: can't be read: left out"], broken);
      assert.deepEqual(
        rest.drafts.map(({ content }) => content["start"]),
        ["2024-06-15T12:01:00Z"],
      );
    }
    const cut = readPlaces(googleRecords, pretty.slice(0, pretty.lastIndexOf("timestamp")));
    assert.deepEqual(problemLines(cut), ["entry 3: can't be read: the rest left out"]);
    assert.deepEqual(problemLines(readPlaces(googleRecords, pretty.slice(0, pretty.lastIndexOf("}", pretty.length - 5) + 1))), [
      "entry 3: the list has no end: it may be cut short",
    ]);
    assert.deepEqual(problemLines(readPlaces(googleRecords, "{}")), ["holds no locations"]);
  });
});

describe("Google's semantic history", () => {
  const duration = { startTimestamp: "2024-01-01T10:00:00Z", endTimestampMs: "1704105000000" };

  it("tells of visits and of trips", () => {
    const visit = {
      location: {
        latitudeE7: 491950000,
        longitudeE7: 166080000,
        placeId: "ChIJ1",
        name: "Café",
        address: "Square 1\nBrno",
        semanticType: "TYPE_UNKNOWN",
      },
      duration,
    };
    const segment = {
      startLocation: { latitudeE7: 491950000, longitudeE7: 166080000 },
      endLocation: { latitudeE7: 492950000, longitudeE7: 4294967296 - 166080000 },
      duration,
      distance: 12_345,
      activityType: "IN_PASSENGER_VEHICLE",
    };
    const start = "2024-01-01T10:00:00Z";
    const end = "2024-01-01T10:30:00Z";
    assert.deepEqual(told(googleSemantic, { timelineObjects: [{ placeVisit: visit }, { activitySegment: segment }] }), [
      [
        "visit",
        `visit/${start}/ChIJ1`,
        { start, end, latitude: 49.195, longitude: 16.608, place_id: "ChIJ1", name: "Café", address: "Square 1\nBrno" },
      ],
      [
        "trip",
        `trip/${start}/49.195,16.608`,
        {
          start,
          end,
          latitude: 49.195,
          longitude: 16.608,
          end_latitude: 49.295,
          end_longitude: -16.608,
          distance: 12_345,
          mode: "in_passenger_vehicle",
        },
      ],
    ]);
  });

  it("takes the ends of the path when a segment has none, and leaves out what is nowhere or at no time", () => {
    const path = {
      waypoints: [
        { latE7: 10_000_000, lngE7: 20_000_000 },
        { latE7: 11_000_000, lngE7: 20_000_000 },
      ],
      distanceMeters: 9.6,
      travelMode: "WALK",
    };
    const [, , content] =
      told(googleSemantic, { timelineObjects: [{ activitySegment: { startLocation: {}, duration, waypointPath: path } }] })[0] ?? [];
    assert.deepEqual(
      { ...(content as object), start: "", end: "" },
      { start: "", end: "", latitude: 1, longitude: 2, end_latitude: 1.1, end_longitude: 2, distance: 10, mode: "walk" },
    );
    const bad = readPlaces(
      googleSemantic,
      JSON.stringify({ timelineObjects: [{ placeVisit: { duration } }, { activitySegment: { waypointPath: path } }, {}, 7] }),
    );
    assert.deepEqual(problemLines(bad), [
      "entry 1: the placeVisit has no place: left out",
      "entry 2: the activitySegment has no time: left out",
      "entry 3: is neither a placeVisit nor an activitySegment: left out",
      "entry 4: can't be read: the rest left out",
    ]);
  });
});

describe("a phone's timeline", () => {
  const visit = {
    startTime: "2024-06-15T09:00:00.000+02:00",
    endTime: "2024-06-15T10:00:00.000+02:00",
    visit: { topCandidate: { placeId: "ChIJ1", semanticType: "HOME", placeLocation: { latLng: "49.1950°, 16.6080°" } } },
  };
  const activity = {
    startTime: "2024-06-15T10:00:00.000+02:00",
    endTime: "2024-06-15T10:30:00.000+02:00",
    activity: {
      start: { latLng: "49.1950°, 16.6080°" },
      end: "geo:49.205,16.608",
      distanceMeters: "1112.4",
      topCandidate: { type: "WALKING" },
    },
  };
  const path = (day: string) => ({
    startTime: `${day}T09:00:00Z`,
    endTime: `${day}T11:00:00Z`,
    timelinePath: [
      { point: "geo:49.195,16.608", durationMinutesOffsetFromStartTime: "0" },
      { point: "49.205°, 16.608°", time: `${day}T09:30:00Z` },
    ],
  });

  it("tells of visits, trips and places; paths and signals count where nothing else does", () => {
    const timeline = {
      semanticSegments: [visit, activity, { ...path("2024-06-15"), startTime: "2024-06-15T07:10:00Z" }, path("2024-06-16")],
      rawSignals: [{ position: { LatLng: "49.1950°, 16.6080°", timestamp: "2024-06-15T07:30:00Z", accuracyMeters: 5 } }, { wifiScan: {} }],
      userLocationProfile: { frequentPlaces: [{ placeId: "ChIJ1", placeLocation: "49.1950°, 16.6080°", label: "HOME" }] },
    };
    timeline.semanticSegments.push({
      ...path("2024-06-15"),
      timelinePath: [{ point: "49.195°, 16.608°", time: "2024-06-15T09:45:00+02:00" }],
    });
    const items = told(googleTimeline, timeline);
    assert.deepEqual(
      items.map(([kind, id]) => [kind, id]),
      [
        ["visit", "visit/2024-06-15T07:00:00Z/ChIJ1"],
        ["trip", "trip/2024-06-15T08:00:00Z/49.195,16.608"],
        ["place", "place/ChIJ1"],
        ["trip", "trip/2024-06-16T09:00:00Z/49.195,16.608"],
      ],
    );
    assert.deepEqual(items[0]?.[2], {
      ...{ start: "2024-06-15T09:00:00+02:00", end: "2024-06-15T10:00:00+02:00", latitude: 49.195, longitude: 16.608 },
      ...{ place_id: "ChIJ1", semantic_type: "home" },
    });
    assert.deepEqual(items[1]?.[2], {
      ...{ start: "2024-06-15T10:00:00+02:00", end: "2024-06-15T10:30:00+02:00", latitude: 49.195, longitude: 16.608 },
      ...{ end_latitude: 49.205, end_longitude: 16.608, distance: 1112, mode: "walking" },
    });
    assert.deepEqual(items[2]?.[2], { latitude: 49.195, longitude: 16.608, place_id: "ChIJ1", name: "home" });
  });

  it("is a list on iPhones", () => {
    assert.equal(told(googleTimeline, [visit, activity]).length, 2);
    const bad = readPlaces(
      googleTimeline,
      JSON.stringify([
        { endTime: "x", visit: {} },
        { startTime: "2024-06-15T10:00:00Z", visit: {} },
        { ...path("2024-06-16"), timelinePath: [{}] },
      ]),
    );
    assert.deepEqual(problemLines(bad), [
      "entry 1: has no time: left out",
      "entry 2: the visit has no place: left out",
      "entry 3: points of its path have no place or time: left out",
    ]);
  });
});
