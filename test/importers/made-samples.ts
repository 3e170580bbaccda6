/** A small file of every format that is read, made with the quirks that real ones have. */
import { zipSync } from "fflate";
import { heic, iptcBlock, jpeg, xmpPacket } from "./photo-files.ts";

export interface MadeSample {
  /** Of the importer that reads it. */
  readonly importer: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Why a file that was cut short can't be told from a whole one; absent where it can. */
  readonly endless?: string;
  /** It is whole items one after the other: cut between two of them it is a whole file. */
  readonly isSequence?: boolean;
}

const at = 1_718_452_800;
const made = (importer: string, name: string, text: string, endless?: string): MadeSample => {
  return { importer, name, bytes: new TextEncoder().encode(text), ...(endless ? { endless } : {}) };
};
const json = (value: unknown) => JSON.stringify(value, null, 1);
const lines = (...all: readonly string[]) => `${all.join("\r\n")}\r\n`;
/** As Meta's exports write text: each byte of its UTF-8 as a character. */
const broken = (text: string) => Buffer.from(text).toString("latin1");

const calendar = lines(
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-CALNAME:Home", "BEGIN:VTIMEZONE", "TZID:Own", "BEGIN:STANDARD", "DTSTART:19701025T030000"],
  ...["TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE"],
  ...["BEGIN:VEVENT", "UID:1", "DTSTART;TZID=Own:20230912T123000", "SUMMARY:Ahoj\\, světe", 'ATTENDEE;CN="A, B":mailto:a@b.c'],
  ...["RRULE:FREQ=WEEKLY;COUNT=9", "EXDATE;TZID=Own:20230919T123000", "END:VEVENT"],
  ...["BEGIN:VEVENT", "UID:1", "RECURRENCE-ID;TZID=Own:20230926T123000", "DTSTART;VALUE=DATE:20230927", "END:VEVENT"],
  ...["BEGIN:VTODO", "UID:2", "DUE:20230912T123000Z", "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:a=C3=A9", " folded", "END:VTODO"],
  "END:VCALENDAR",
);
const cards = lines(
  ...["BEGIN:VCARD", "VERSION:2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dvo=C5=99=C3=A1k;Jan", "TEL;WORK:1", "END:VCARD"],
  ...["BEGIN:VCARD", "VERSION:3.0", "UID:1", "FN:Bo", "item1.EMAIL:a@b.c", "item1.X-ABLabel:_$!<Home>!$_", "ADR;TYPE=home:;;1;2;3;4;5"],
  ...["END:VCARD", "BEGIN:VCARD", "VERSION:4.0", "UID:2", "FN:Čeněk", "BDAY:--0102", "NOTE:a\\nb", "RELATED;TYPE=spouse:Bo", "END:VCARD"],
);
const letters = [
  ...["From x@y Mon May  2 16:07:05 2005", "From: =?utf-8?Q?Jos=C3=A9?= <jose@example.org>", "To: a@b.c", "Message-ID: <1>"],
  ...["Date: Tue, 3 Jun 2008 11:05:30 -0700", "Subject: =?iso-8859-1?B?6Q==?=", "MIME-Version: 1.0"],
  ...['Content-Type: multipart/mixed; boundary="m"', "", "--m", "Content-Transfer-Encoding: quoted-printable", "", "=C3=A9=", "x"],
  ...["--m", "Content-Type: text/html", "", "<p>a&amp;b", "--m", "Content-Type: a/b; name*=utf-8''%41"],
  ...[
    "Content-Transfer-Encoding: base64",
    "",
    "AAEC",
    "--m--",
    "",
    "From x@y Mon May  2 16:07:05 2005",
    "Message-ID: <2>",
    "",
    ">From a",
    "",
  ],
].join("\n");
const whatsappChat = [
  "[31/12/2020, 9:05:12\u202fPM] Ann: happy new year",
  "all of you",
  "\u200e[31/12/2020, 9:06:00\u202fPM] Bo: \u200e<attached: 00000012-PHOTO-2020-12-31-21-06-00.jpg>",
  "[31/12/2020, 9:07:00\u202fPM] Bo: see you \u200e<This message was edited>",
  "",
].join("\r\n");
const telegramChat = {
  ...{ name: "Ann", type: "personal_chat", id: 77 },
  messages: [
    { id: 1, type: "message", date: "2020-12-31T23:30:00", date_unixtime: `${at}`, from: "Ann", from_id: "user77", text: "čau" },
    {
      ...{ id: 2, type: "message", date: "2020-12-31T23:30:01", date_unixtime: `${at + 1}`, from: "Me", reply_to_message_id: 1 },
      text: ["see ", { type: "text_link", text: "this", href: "https://example.org/a" }],
    },
    { id: 3, type: "service", date: "2020-12-31T23:31:00", actor: "Ann", action: "phone_call", duration_seconds: 65 },
  ],
};
const instagramChat = {
  participants: [{ name: broken("Zoë") }, { name: "Bo" }],
  messages: [
    {
      sender_name: broken("Zoë"),
      timestamp_ms: at * 1_000,
      content: broken("šťastný 🎉"),
      reactions: [{ reaction: broken("❤"), actor: "Bo" }],
    },
    { sender_name: "Bo", timestamp_ms: at * 1_000 + 1, photos: [{ uri: "photos/1.jpg", creation_timestamp: 1 }] },
    { sender_name: "Bo", timestamp_ms: at * 1_000 + 2, call_duration: 65 },
  ],
  ...{ title: broken("Zoë"), thread_path: "inbox/zoe_123" },
};
const textMessages = [
  "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>",
  '<smses count="2">',
  `  <sms protocol="0" address="+420123" date="${at}000" subject="null" body="happy &#55356;&#57225; &#10;new year" type="1" contact_name="Ann" />`,
  `  <mms date="${at}000" msg_box="1" address="+420123~+420456" sub="null" contact_name="Ann, Bo" m_id="x"><parts>`,
  '    <part seq="0" ct="text/plain" text="look &amp; see" /></parts>',
  '    <addrs><addr address="+420456" type="137" charset="106" /><addr address="+420999" type="151" charset="106" /></addrs>',
  "  </mms>",
  "</smses>",
].join("\n");
const gptNode = (id: string, parent: string, role: string, text: string, children: readonly string[]) => ({
  ...{ id, parent, children },
  message: { id, author: { role }, create_time: at + 0.25, content: { content_type: "text", parts: [text] }, recipient: "all" },
});
const gptConversation = {
  ...{ title: "A leak", create_time: at, update_time: at, conversation_id: "c1", id: "c1", current_node: "b" },
  mapping: {
    root: { id: "root", message: null, parent: null, children: ["a"] },
    a: gptNode("a", "root", "user", "water comes through", ["b"]),
    b: gptNode("b", "a", "assistant", "Which wall?", []),
  },
};
const iso = "2025-01-02T01:00:00.123456Z";
const claudeConversation = {
  ...{ uuid: "c1", name: "A leak", created_at: iso, updated_at: iso, account: { uuid: "u1" } },
  chat_messages: ["human", "assistant"].map((sender, n) => ({
    ...{ uuid: `m${n}`, sender, text: "é", content: [{ type: "text", text: "é" }], created_at: iso, updated_at: iso },
    ...{ attachments: [], files: [] },
  })),
};
const memory = { id: "m1", memory: "Likes tea", user_id: "ann", hash: "x", categories: ["food"], created_at: "2025-01-02T03:00:00+02:00" };
const records = {
  locations: [
    { latitudeE7: 500_000_000, longitudeE7: 144_000_000, timestamp: "2024-01-01T10:00:00Z" },
    { latitudeE7: 509_000_000, longitudeE7: 144_000_000, timestampMs: "1704103800000" },
  ],
};
const semantic = {
  timelineObjects: [
    {
      placeVisit: { location: { latitudeE7: 1, longitudeE7: 2, name: "é" }, duration: { startTimestamp: "2024-01-01T10:00:00Z" } },
    },
    { activitySegment: { startLocation: { latitudeE7: 1, longitudeE7: 2 }, duration: { startTimestamp: "1704103800" } } },
  ],
};
const timeline = {
  semanticSegments: [
    {
      startTime: "2024-01-01T10:00:00Z",
      endTime: "2024-01-01T11:00:00Z",
      visit: { topCandidate: { placeLocation: { latLng: "1.0°, 2.0°" } } },
    },
    { startTime: "2024-01-01T12:00:00Z", timelinePath: [{ point: "geo:1,2", durationMinutesOffsetFromStartTime: "1" }] },
  ],
};
const track =
  '<?xml version="1.0"?><gpx><wpt lat="1" lon="2"><name>é&amp;</name></wpt><trk><name>n</name><trkseg><trkpt lat="1" lon="2">' +
  '<time>2024-01-01T10:00:00Z</time></trkpt><trkpt lat="1.1" lon="2"><time>2024-01-01T10:10:00Z</time></trkpt></trkseg></trk></gpx>';
const places =
  "<kml><Placemark><name>n</name><TimeSpan><begin>2024-01-01T10:00:00Z</begin></TimeSpan><Point><coordinates>1,2</coordinates></Point>" +
  "</Placemark><Placemark><gx:Track><when>2024-01-01T10:00:00Z</when><gx:coord>1 2 3</gx:coord></gx:Track></Placemark></kml>";
const features = {
  type: "FeatureCollection",
  features: [
    { type: "Feature", geometry: { type: "Point", coordinates: [1, 2] }, properties: { time: at } },
    { type: "Feature", geometry: { type: "LineString", coordinates: [...[[1, 2]], [1, 3]] }, properties: { times: [at, at + 100] } },
  ],
};
const health =
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (ExportDate,Me,Record*)>\n]>\n<HealthData locale="en_GB">\n' +
  ' <Record type="HKQuantityTypeIdentifierStepCount" unit="count" value="9" device="&lt;&lt;HKDevice&gt;&gt;" sourceName="é"' +
  ' startDate="2024-06-15 08:00:00 +0200" endDate="2024-06-15 08:10:00 +0200"/>\n' +
  ' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" startDate="2024-06-15 17:10:00 +0200"' +
  ' endDate="2024-06-15 17:40:00 +0200">\n  <MetadataEntry key="a" value="é"/>\n </Workout>\n' +
  ' <Record type="HKCategoryTypeIdentifierSleepAnalysis" value="HKCategoryValueSleepAnalysisAsleepCore" startDate="2024-06-15 01:00:00 +0200"' +
  ' endDate="2024-06-15 06:00:00 +0200"/>\n</HealthData>\n';
const watched = [
  {
    ...{ header: "YouTube", title: "Watched é", titleUrl: "https://www.youtube.com/watch?v=1", time: "2024-06-15T12:00:00Z" },
    subtitles: [{ name: "c" }],
  },
];
const watchedPage =
  '<html><div class="outer-cell mdl-cell"><p class="mdl-typography--title">a</p><div class="content-cell mdl-typography--body-1">' +
  'Visited&nbsp;<a href="https://a.b">é</a><br>Feb 8, 2017, 12:32:39 AM</div></div></html>';
const bookmarkFile =
  "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n<DT><H3>é</H3>\n<DL><p>\n" +
  '<DT><A HREF="https://a.b" ADD_DATE="1718452800" TAGS="a">b</A>\n<DD>c\n</DL><p>\n</DL><p>\n';
const note =
  "---\ntitle: Žluť\ntags: [a, 'b']\nwhen: 2023-09-12\n---\n# Head #x\n\n- [ ] [[A|b]] ![[c]]\n\t- TODO [d](e)\n\n```\ncode\n```\n\nkey:: value\n";

const noEnd = "lines or words that simply end";
const metadataOnly = "what is said of a photo stands at its beginning, and is whole without the picture";

const files: readonly MadeSample[] = [
  made("icalendar", "home.ics", calendar),
  { ...made("vcard", "people.vcf", cards), isSequence: true },
  made("mail", "letters.mbox", letters, noEnd),
  made("markdown", "note.md", note, noEnd),
  made("whatsapp", "WhatsApp Chat with Ann.txt", whatsappChat, noEnd),
  made("telegram", "result.json", json(telegramChat)),
  made("instagram", "message_1.json", json(instagramChat)),
  made("sms-backup", "sms.xml", textMessages),
  made("chatgpt", "conversations.json", json([gptConversation])),
  made("claude", "conversations.json", json([claudeConversation])),
  {
    ...made(
      "mcp-memory",
      "memory.jsonl",
      `${JSON.stringify({ type: "entity", name: "Ann", entityType: "person", observations: ["Likes tea"] })}\n` +
        JSON.stringify({ type: "relation", from: "Ann", to: "Bo", relationType: "works with" }),
    ),
    isSequence: true,
  },
  made("mem0", "mem0.json", json({ results: [memory, { ...memory, id: "m2" }] })),
  made("google-records", "Records.json", json(records)),
  made("google-semantic", "2024_JANUARY.json", json(semantic)),
  made("google-timeline", "Timeline.json", json(timeline)),
  made("gpx", "track.gpx", track),
  made("kml", "places.kml", places),
  made("geojson", "places.geojson", json(features)),
  {
    ...made(
      "owntracks",
      "2024-06.rec",
      `2024-06-15T12:00:00Z\t*\t{"_type":"location","lat":1,"lon":2,"tst":${at}}\n2024-06-15T12:00:00Z\t*\t{"_type":"waypoint","lat":1,"lon":2,"desc":"é"}\n`,
    ),
    isSequence: true,
  },
  made("apple-health", "export.xml", health),
  made("google-activity", "watch-history.json", json(watched)),
  made("google-activity", "watch-history.html", watchedPage),
  made(
    "history-list",
    "history.json",
    json({ history: [{ title: "é", date: "2025-11-23" }], searches: [{ query: "b", timestamp: "2025-11-23T10:00:00Z" }] }),
  ),
  made("bookmarks", "bookmarks.html", bookmarkFile),
  {
    importer: "photo",
    name: "a.jpg",
    bytes: jpeg({ xmp: xmpPacket('photoshop:DateCreated="2023-09-12"'), iptc: iptcBlock([[25, "sea"]]) }),
    endless: metadataOnly,
  },
  { importer: "photo", name: "a.heic", bytes: heic({}), endless: metadataOnly },
];

export const madeSamples: readonly MadeSample[] = files;

/** All of them in one archive, one inside another. */
export const madeArchive: Uint8Array = zipSync({
  "inner.zip": zipSync(Object.fromEntries(files.slice(0, 3).map(({ name, bytes }) => [name, bytes]))),
  ...Object.fromEntries(files.map(({ importer, name, bytes }) => [`${importer}/${name}`, bytes])),
});
