import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../src/core/ports.ts";
import { photo } from "../../src/importers/photo/photo.ts";
import { assertRules } from "./draft-rules.ts";
import { importAll, problemLines, sourceOf } from "./import-all.ts";
import { mutationsOf } from "./mutations.ts";
import { box, type Exif, type ExifFields, heic, iptcBlock, jpeg, segment, tag, tiff, xmpPacket } from "./photo-files.ts";
import { withinSeconds } from "./within-seconds.ts";

function read(bytes: Uint8Array, name = "2023/IMG 1.jpg") {
  const imported = withinSeconds(name, () => importAll(photo, sourceOf(name, bytes, "Pictures")));
  assertRules(imported);
  return { ...imported, lines: problemLines(imported) };
}

/** What a photo without problem says. */
function told(bytes: Uint8Array): { content: JsonObject; at: number | undefined } {
  const { drafts, lines } = read(bytes);
  assert.deepEqual(lines, []);
  const [draft] = drafts;
  assert.ok(draft !== undefined && drafts.length === 1);
  return { content: draft.content, at: draft.observed_at };
}

const place: ExifFields = {
  [tag.latitudeRef]: "S",
  [tag.latitude]: [
    [33, 1],
    [51, 1],
    [3150, 100],
  ],
  [tag.longitudeRef]: "E",
  [tag.longitude]: [
    [151, 1],
    [12, 1],
    [400, 10],
  ],
  [tag.altitudeRef]: 1,
  [tag.altitude]: [[5, 2]],
};

const everything: Exif = {
  main: { [tag.description]: "Opera, žluť", [tag.make]: "Apple  ", [tag.model]: "iPhone", [tag.orientation]: 6, [tag.artist]: "Ada" },
  camera: { [tag.original]: "2023:09:12 12:30:05", [tag.offsetOriginal]: "+02:00", [tag.subSeconds]: "25", [tag.lens]: "back camera" },
  gps: place,
};

const allOfIt: JsonObject = {
  orientation: 6,
  taken: { text: "2023:09:12 12:30:05", tag: "DateTimeOriginal", sub_seconds: "25", offset: "+02:00", basis: "offset" },
  position: { latitude: -33.85875, longitude: 151.2111111, altitude: -2.5 },
  camera: { make: "Apple", model: "iPhone", lens: "back camera" },
  description: "Opera, žluť",
  creator: "Ada",
};

describe("a photo", () => {
  it("is one draft with what its metadata say", () => {
    const bytes = jpeg({ exif: everything, width: 4000, height: 3000 });
    const { drafts, lines } = read(bytes);
    assert.deepEqual(lines, []);
    assert.deepEqual(drafts, [
      {
        source: { adapter: "photo", version: "1", account: "Pictures", uri: "2023/IMG%201.jpg", sha256: drafts[0]?.source.sha256 },
        external_id: "2023/IMG 1.jpg",
        kind: "photo",
        observed_at: Date.UTC(2023, 8, 12, 10, 30, 5, 250),
        content: { format: "jpeg", bytes: bytes.length, width: 4000, height: 3000, ...allOfIt },
      },
    ]);
  });

  it("is the same in HEIC, whose picture is its largest", () => {
    const bytes = heic({ exif: everything });
    assert.deepEqual(told(bytes).content, { format: "heif", bytes: bytes.length, width: 4032, height: 3024, ...allOfIt });
  });

  it("without metadata is an item all the same", () => {
    assert.deepEqual(told(jpeg()).content, { format: "jpeg", bytes: jpeg().length, width: 40, height: 30 });
    assert.deepEqual(told(heic()).content, { format: "heif", bytes: heic().length, width: 4032, height: 3024 });
  });

  it("is recognised by its first bytes, whatever its name; then by its name", () => {
    const is = (name: string, bytes: Uint8Array) => photo.recognises(sourceOf(name, bytes));
    assert.ok(is("a.txt", jpeg()) && is("a", heic()) && is("a.jpg", heic()) && is("a", heic({ brand: "mif1" })));
    assert.ok(["a.jpg", "a.JPEG", "a.heic", "a.HEIF"].every((name) => is(name, Buffer.from("text"))));
    assert.ok(!is("a.png", Buffer.from("\x89PNG")) && !is("a", heic({ brand: "avif" })) && !is("a", box("ftyp", Buffer.from("isom"))));
  });
});

describe("the time of a photo", () => {
  const taken = (exif: Exif): Record<string, unknown> => {
    const { content, at } = told(jpeg({ exif }));
    return { ...(content["taken"] as JsonObject), at };
  };
  const local = { text: "2023:09:12 12:30:05", tag: "DateTimeOriginal" };
  const clock = { [tag.original]: local.text };
  const gpsTime = (hour: number, day = "2023:09:12"): ExifFields => ({
    [tag.gpsDate]: day,
    [tag.gpsTime]: [
      [hour, 1],
      [30, 1],
      [525, 100],
    ],
  });

  it("without offset is no instant", () => {
    assert.deepEqual(taken({ camera: clock }), { ...local, basis: "local", at: undefined });
  });

  it("without offset is that of the GPS fix, when there is one", () => {
    assert.deepEqual(taken({ camera: clock, gps: gpsTime(10) }), {
      ...local,
      gps: "2023:09:12 10:30:05.25Z",
      basis: "gps",
      at: Date.UTC(2023, 8, 12, 10, 30, 5, 250),
    });
  });

  it("isn't taken from a fix that is farther off than any zone", () => {
    assert.deepEqual(taken({ camera: clock, gps: gpsTime(10, "2023:09:13") }), {
      ...local,
      gps: "2023:09:13 10:30:05.25Z",
      basis: "local",
      at: undefined,
    });
  });

  it("is that of the fix alone when the camera tells none", () => {
    assert.deepEqual(taken({ main: { [tag.make]: "x" }, gps: gpsTime(10) }), {
      text: "2023:09:12 10:30:05.25Z",
      tag: "GPSTimeStamp",
      basis: "gps",
      at: Date.UTC(2023, 8, 12, 10, 30, 5, 250),
    });
  });

  it("prefers the offset to the fix, and the original time to the others", () => {
    assert.equal(taken({ camera: { ...clock, [tag.offsetOriginal]: "-05:30" }, gps: gpsTime(10) })["at"], Date.UTC(2023, 8, 12, 18, 0, 5));
    assert.equal(
      taken({ main: { [tag.dateTime]: "2024:01:01 00:00:00" }, camera: { [tag.digitized]: "2023:09:12 12:30:05" } })["tag"],
      "DateTimeDigitized",
    );
    assert.deepEqual(taken({ main: { [tag.dateTime]: "2024:01:01 00:00:00" }, camera: { [tag.offset]: "Z" } }), {
      text: "2024:01:01 00:00:00",
      tag: "DateTime",
      offset: "Z",
      basis: "offset",
      at: Date.UTC(2024, 0),
    });
  });

  it("bears what cameras write without knowing better", () => {
    for (const empty of ["0000:00:00 00:00:00", "    :  :     :  :  ", ""]) {
      assert.equal(told(jpeg({ exif: { camera: { [tag.original]: empty } } })).content["taken"], undefined, empty);
    }
    assert.deepEqual(taken({ camera: { ...clock, [tag.offsetOriginal]: "   :  " } }), { ...local, basis: "local", at: undefined });
    assert.deepEqual(taken({ camera: { [tag.original]: "12. 9. 2023" } }), {
      text: "12. 9. 2023",
      tag: "DateTimeOriginal",
      basis: "local",
      at: undefined,
    });
    assert.equal(taken({ camera: { [tag.original]: "2023:02:30 12:00:00", [tag.offsetOriginal]: "Z" } })["at"], undefined);
  });

  it("comes from XMP or IPTC when Exif has none", () => {
    const xmp = told(jpeg({ xmp: xmpPacket('photoshop:DateCreated="2023-09-12T12:30:05.5+02:00"') }));
    assert.deepEqual(xmp.content["taken"], {
      text: "2023-09-12T12:30:05.5+02:00",
      tag: "DateCreated",
      sub_seconds: "5",
      offset: "+02:00",
      basis: "offset",
    });
    assert.equal(xmp.at, Date.UTC(2023, 8, 12, 10, 30, 5, 500));
    const iptc = told(
      jpeg({
        iptc: iptcBlock([
          [55, "20230912"],
          [60, "123005+0200"],
        ]),
      }),
    );
    assert.equal(iptc.at, Date.UTC(2023, 8, 12, 10, 30, 5));
    const day = told(jpeg({ xmp: xmpPacket('photoshop:DateCreated="2023-09-12"') }));
    assert.deepEqual([day.content["taken"], day.at], [{ text: "2023-09-12", tag: "DateCreated", basis: "local" }, undefined]);
  });
});

describe("the place of a photo", () => {
  const position = (parts: Parameters<typeof jpeg>[0]) => told(jpeg(parts)).content["position"];

  it("is signed and rounded", () => {
    assert.deepEqual(position({ exif: { gps: { ...place, [tag.latitudeRef]: "N", [tag.longitudeRef]: "W", [tag.altitudeRef]: 0 } } }), {
      latitude: 33.85875,
      longitude: -151.2111111,
      altitude: 2.5,
    });
  });

  it("isn't told where there was no fix or none on Earth", () => {
    const zero: readonly (readonly [number, number])[] = [
      [0, 0],
      [0, 0],
      [0, 0],
    ];
    assert.equal(position({ exif: { gps: { ...place, [tag.latitude]: zero, [tag.longitude]: zero } } }), undefined);
    assert.equal(
      position({
        exif: {
          gps: {
            ...place,
            [tag.latitude]: [
              [120, 1],
              [0, 1],
              [0, 1],
            ],
          },
        },
      }),
      undefined,
    );
    assert.equal(
      position({
        exif: {
          gps: {
            [tag.latitudeRef]: "N",
            [tag.latitude]: [
              [1, 1],
              [0, 1],
              [0, 1],
            ],
          },
        },
      }),
      undefined,
    );
  });

  it("comes from XMP when Exif has none", () => {
    const attributes =
      'exif:GPSLatitude="0,4.21601S" exif:GPSLongitude="34,22,54.96E" exif:GPSAltitude="136169/100" exif:GPSAltitudeRef="0"';
    assert.deepEqual(position({ xmp: xmpPacket(attributes) }), { latitude: -0.0702668, longitude: 34.3819333, altitude: 1361.69 });
  });
});

describe("the words of a photo", () => {
  const list = (name: string, kind: string, words: readonly string[]) =>
    `<dc:${name}><rdf:${kind}>${words.map((word) => `<rdf:li>${word}</rdf:li>`).join("")}</rdf:${kind}></dc:${name}>`;

  it("come from IPTC, whose keywords are many", () => {
    const { content } = told(
      jpeg({
        iptc: iptcBlock([
          [5, "Title"],
          [25, "sea"],
          [25, "gull"],
          [80, "Ada"],
          [120, "Žluť at sea"],
        ]),
      }),
    );
    assert.deepEqual(
      [content["title"], content["keywords"], content["creator"], content["description"]],
      ["Title", ["sea", "gull"], "Ada", "Žluť at sea"],
    );
  });

  it("come from XMP first, and keywords from everywhere once", () => {
    const xmp = xmpPacket(
      "",
      list("title", "Alt", ["Newer"]) + list("subject", "Bag", ["sea", "sky"]) + list("description", "Alt", ["Words &amp; more"]),
    );
    const { content } = told(
      jpeg({
        xmp,
        iptc: iptcBlock([
          [5, "Older"],
          [25, "sea"],
          [25, "gull"],
        ]),
      }),
    );
    assert.deepEqual([content["title"], content["keywords"], content["description"]], ["Newer", ["sea", "sky", "gull"], "Words & more"]);
  });

  it("aren't told where fields are blank", () => {
    assert.deepEqual(Object.keys(told(jpeg({ exif: { main: { [tag.description]: "      ", [tag.make]: "" } } })).content), [
      "format",
      "bytes",
      "width",
      "height",
    ]);
  });
});

describe("a damaged photo", () => {
  it("without a picture is one problem", () => {
    assert.deepEqual(read(Buffer.from("")).lines, ["empty"]);
    assert.deepEqual(read(Buffer.from("\x89PNG\r\n", "latin1")).lines, ["not a JPEG or HEIF file"]);
    assert.deepEqual(read(jpeg({ exif: everything }).subarray(0, 60)).lines, [
      "byte 4: no picture in it: a segment is longer than the file",
    ]);
    assert.deepEqual(read(heic().subarray(0, 40)).lines, ["byte 24: no picture in it"]);
    assert.deepEqual(read(heic().subarray(0, 24)).lines, ["no picture in it"]);
    assert.deepEqual(read(Buffer.from([0xff, 0xd8, 0xff, 0xd9])).lines, ["no picture in it"]);
  });

  it("whose metadata can't be read keeps the rest, with one problem", () => {
    const { drafts, lines } = read(jpeg({ exif: Buffer.from("not a TIFF block") }));
    assert.deepEqual(lines, ["byte 6: its Exif data can't be read"]);
    assert.deepEqual(drafts[0]?.content, { format: "jpeg", bytes: drafts[0]?.content["bytes"], width: 40, height: 30 });
    const broken = read(jpeg({ exif: Buffer.concat([Buffer.from("4d4d002affffffff", "hex"), tiff(everything)]) }));
    assert.equal(broken.lines.length, 1);
    assert.equal(broken.drafts.length, 1);
  });

  it("whose XMP can't be read, or is beyond all measure, keeps the rest", () => {
    const { drafts, lines } = read(jpeg({ exif: everything, xmp: "<x:xmpmeta" }));
    assert.deepEqual(lines, ["its XMP data can't be read"]);
    assert.deepEqual(drafts[0]?.content["camera"], allOfIt["camera"]);
    const extension = segment(
      0xe1,
      Buffer.from("http://ns.adobe.com/xmp/extension/\0"),
      Buffer.alloc(40),
      Buffer.from("<a b='1'>".repeat(7_000)),
    );
    const bytes = jpeg({ xmp: xmpPacket('photoshop:DateCreated="2023-09-12"') });
    const endless = read(Buffer.concat([bytes.subarray(0, 2), ...Array.from({ length: 100 }, () => extension), bytes.subarray(2)]));
    assert.equal(endless.drafts.length, 1);
  });

  it("with rubbish between its parts is read past it", () => {
    const [start, rest] = [jpeg({ exif: everything }).subarray(0, 2), jpeg({ exif: everything }).subarray(2)];
    const { drafts, lines } = read(Buffer.concat([start, segment(0xfe, Buffer.from("comment")), Buffer.from("rubbish"), rest]));
    assert.deepEqual(lines, ["byte 24: its Exif data can't be read"], "the reader of metadata gives up there");
    assert.equal(drafts[0]?.content["width"], 40);
  });

  const originals = {
    jpeg: jpeg({ exif: everything, xmp: xmpPacket('photoshop:DateCreated="2023-09-12"'), iptc: iptcBlock([[25, "sea"]]) }),
    heic: heic({ exif: everything }),
  };
  for (const [name, original] of Object.entries(originals)) {
    it(`as ${name} never throws, never takes long, gives one item or one problem, or both`, () => {
      fc.assert(
        fc.property(mutationsOf(original), (bytes) => {
          const { drafts, problems } = read(bytes);
          assert.ok(drafts.length <= 1 && problems.length <= 1 && drafts.length + problems.length >= 1);
        }),
        { seed: 91, numRuns: 400 },
      );
    });

    it(`as ${name} cut anywhere says that it was cut, or has no part missing but the picture`, () => {
      const whole = read(original).drafts[0]?.content ?? {};
      for (let length = 0; length < original.length; length += 1) {
        const { drafts, problems } = read(original.subarray(0, length));
        if (problems.length === 0) assert.deepEqual({ ...drafts[0]?.content, bytes: 0 }, { ...whole, bytes: 0 }, `cut at ${length}`);
      }
    });
  }

  it("made of anything at all is survived", () => {
    const starts = [Buffer.from([0xff, 0xd8, 0xff]), box("ftyp", Buffer.from("heic")), Buffer.from([])];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 600 }), (start, rest) => {
        read(Buffer.concat([start, rest]));
      }),
      { seed: 92, numRuns: 500 },
    );
  });

  it("of ten megabytes of nothing but markers or boxes is done in seconds", () => {
    read(Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(10_000_000, 0xff)]));
    read(Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(10_000_000, Buffer.from([0xff, 0xd8]))]));
    read(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(10_000_000, Buffer.from([0xff, 0xe1, 0x00, 0x02]))]));
    read(Buffer.concat([heic().subarray(0, 24), Buffer.alloc(10_000_000, box("free"))]));
  });
});
