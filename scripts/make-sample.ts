/**
 * `node scripts/make-sample.ts`: makes `demo/sample` again, the made-up memory of Mara that the inspector offers to whoever only looks.
 * Four years of a calendar, notes, photos' metadata, contacts, mail and a chat, out of which the rules conclude some dozen things.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jpeg, tag } from "../test/importers/photo-files.ts";
import { chat, contacts, events, letters, notes, type Photo, photos, type SampleEvent } from "./sample/words.ts";

const folder = join(import.meta.dirname, "..", "demo", "sample");

rmSync(folder, { recursive: true, force: true });
put("Calendar.ics", calendar());
for (const [name, text] of Object.entries(notes)) put(`Notes/${name}.md`, text);
for (const photo of photos) put(`Photos/${photo.name}.jpg`, picture(photo));
put("Contacts.vcf", contacts.join("\r\n"));
put("Mail.mbox", letters.map(letterText).join("\n"));
put("WhatsApp Chat with Priya.txt", `${chat.join("\n")}\n`);

function put(name: string, content: string | Buffer): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function calendar(): string {
  const head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//FablePool//sample//EN", "X-WR-CALNAME:Mara"];
  return [...head, ...events.flatMap(eventLines), "END:VCALENDAR", ""].join("\r\n");
}

/** `2025-03-14 18:30` as a floating time of the calendar, `2025-03-14` as a day. */
function eventLines({ title, at, hours = 1, until, place, rule }: SampleEvent, index: number): string[] {
  const [day = "", time] = at.split(" ");
  const plain = (text: string) => text.replace(/[-: ]/g, "");
  const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}`;
  const times =
    time === undefined
      ? [`DTSTART;VALUE=DATE:${plain(day)}`, ...(until ? [`DTEND;VALUE=DATE:${plain(until)}`] : [])]
      : [`DTSTART:${plain(day)}T${plain(time)}00`, `DTEND:${stamp(Date.parse(`${day}T${time}Z`) + hours * 3_600_000)}`];
  return [
    "BEGIN:VEVENT",
    `UID:${index}@mara.example`,
    "DTSTAMP:20230101T080000Z",
    `SUMMARY:${title}`,
    ...(place ? [`LOCATION:${place.replaceAll(",", "\\,")}`] : []),
    ...times,
    ...(rule ? [`RRULE:${rule}`] : []),
    "END:VEVENT",
  ];
}

/** Metadata alone: a grey rectangle of a few hundred bytes. */
function picture({ at, latitude, longitude, caption }: Photo): Buffer {
  const degrees = (value: number): [number, number][] => {
    const whole = Math.abs(value);
    const minutes = (whole % 1) * 60;
    return [
      [Math.floor(whole), 1],
      [Math.floor(minutes), 1],
      [Math.round((minutes % 1) * 60 * 100), 100],
    ];
  };
  return jpeg({
    exif: {
      main: { [tag.make]: "Pixel", [tag.model]: "Pixel 9", ...(caption ? { [tag.description]: caption } : {}) },
      camera: { [tag.original]: `${at.replaceAll("-", ":")}:00` },
      gps: {
        [tag.latitudeRef]: latitude < 0 ? "S" : "N",
        [tag.latitude]: degrees(latitude),
        [tag.longitudeRef]: longitude < 0 ? "W" : "E",
        [tag.longitude]: degrees(longitude),
      },
    },
  });
}

function letterText({ from, to, at, subject, text }: (typeof letters)[number], index: number): string {
  const date = new Date(`${at.replace(" ", "T")}:00Z`).toUTCString().replace("GMT", "+0000");
  const head = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${date}`, `Message-ID: <${index}@sample.example>`];
  return [`From sample ${date}`, ...head, "Content-Type: text/plain; charset=utf-8", "", text, ""].join("\n");
}
