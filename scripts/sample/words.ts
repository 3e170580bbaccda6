/** What Mara, who is made up, has in her calendar, notes, photos, contacts, mail and a chat. */

export interface SampleEvent {
  readonly title: string;
  readonly at: string;
  readonly hours?: number;
  /** The day after the last, of whole days. */
  readonly until?: string;
  readonly place?: string;
  readonly rule?: string;
}

const weekly = (day: string, until?: string) => `FREQ=WEEKLY;BYDAY=${day}${until ? `;UNTIL=${until}` : ""}`;

export const events: readonly SampleEvent[] = [
  { title: "Choir rehearsal", at: "2023-09-05 18:30", hours: 2, place: "Annedal Church, Göteborg", rule: weekly("TU") },
  { title: "Long run by the canal", at: "2024-04-07 08:00", hours: 2, place: "Slottsskogen, Göteborg", rule: weekly("SU") },
  { title: "Team planning", at: "2024-02-05 09:00", place: "Havsvik office, Göteborg", rule: weekly("MO") },
  { title: "Yoga with Priya", at: "2025-09-04 07:00", place: "Studio Linné, Göteborg", rule: weekly("TH") },
  { title: "Swedish for the choir exam", at: "2023-01-11 17:30", rule: weekly("WE", "20230614T220000") },
  { title: "Elin's birthday", at: "2023-06-03", rule: "FREQ=YEARLY" },
  { title: "Wedding anniversary", at: "2023-08-19", rule: "FREQ=YEARLY" },
  { title: "Göteborg Half Marathon", at: "2024-05-18 13:00", hours: 3, place: "Slottsskogen, Göteborg" },
  { title: "Göteborg Half Marathon", at: "2025-05-17 13:00", hours: 3, place: "Slottsskogen, Göteborg" },
  { title: "Göteborg Half Marathon", at: "2026-05-23 13:00", hours: 3, place: "Slottsskogen, Göteborg" },
  { title: "Trip to Lisbon", at: "2025-03-08", until: "2025-03-16", place: "Lisbon" },
  { title: "Trip to Oslo", at: "2024-10-11", until: "2024-10-14", place: "Oslo" },
  { title: "Trip to Edinburgh", at: "2026-08-06", until: "2026-08-12", place: "Edinburgh" },
  { title: "Dentist, Dr. Holm", at: "2024-03-12 10:00", place: "Vasagatan 11, Göteborg" },
  { title: "Dentist, Dr. Holm", at: "2025-09-16 10:00", place: "Vasagatan 11, Göteborg" },
  { title: "Physio, Dr. Osei", at: "2026-10-22 15:00", place: "Linnégatan 4, Göteborg" },
  { title: "Dinner with Priya", at: "2026-09-18 19:00", hours: 3, place: "Magnus & Magnus, Göteborg" },
  { title: "Dinner with Priya", at: "2026-10-09 19:00", hours: 3, place: "Saluhallen, Göteborg" },
  { title: "Christmas concert", at: "2026-12-12 17:00", hours: 2, place: "Annedal Church, Göteborg" },
  { title: "Cinema with Jonas", at: "2026-10-30 20:00", hours: 2, place: "Hagabion, Göteborg" },
];

export const notes: Readonly<Record<string, string>> = {
  "2023-01-08": "# New year\n\nMy goal is to run a half marathon. I work as a marine biologist, and most days end at a desk.\n",
  "2023-09-06": "# Choir\n\nFirst rehearsal yesterday. I love singing. Elin says I hum in the kitchen.\n",
  "2024-04-08": "# By the canal\n\nTwelve kilometres. I love running when the town still sleeps. My knee hurts a little.\n",
  "2024-10-12":
    "# Oslo\n\nWe walked on the roof of the opera. I drink too much coffee on trips. My favourite city is Lisbon, though I have not been.\n",
  "2025-03-10":
    "# Lisbon\n\nPastel de nata for breakfast, grilled sardines at night. I am learning Portuguese. My knee hurts again after the hills.\n",
  "2025-11-02": "# Garden\n\nI love gardening, even in November. The fig is inside. I can't stand mushrooms, Jonas keeps trying.\n",
  "2026-02-15": "# Work\n\nI work at Havsvik on the eelgrass survey. I am allergic to hazelnuts, tell the new canteen.\n",
  "2026-05-24": "# Half marathon\n\nOne hour fifty-two. I love running. My sister Elin came to the finish, and our dog Bruno, too.\n",
  "2026-09-20":
    "# Priya\n\nDinner with Priya. I live in Göteborg since ten years, she says I sound like it. I speak Swedish in my dreams.\n",
  "2026-10-18":
    "# Moving?\n\nJonas found a flat in Malmö. My husband Jonas can work from anywhere. We plan to buy a house by the sea within three years.\n",
};

export interface Photo {
  readonly name: string;
  readonly at: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly caption?: string;
}

export const photos: readonly Photo[] = [
  { name: "IMG_0412", at: "2023-05-27 11:20", latitude: 57.6876, longitude: 11.9426 },
  { name: "IMG_0560", at: "2023-08-19 15:02", latitude: 57.7089, longitude: 11.9746, caption: "Our anniversary, by the water" },
  { name: "IMG_0733", at: "2024-05-18 15:31", latitude: 57.6871, longitude: 11.9433, caption: "Half marathon, done" },
  { name: "IMG_0851", at: "2024-10-11 17:45", latitude: 59.9075, longitude: 10.7531, caption: "The opera's roof" },
  { name: "IMG_0858", at: "2024-10-13 12:10", latitude: 59.9239, longitude: 10.7005 },
  { name: "IMG_1107", at: "2025-03-09 18:22", latitude: 38.7139, longitude: -9.1334, caption: "Tram 28 in Alfama" },
  { name: "IMG_1121", at: "2025-03-11 09:41", latitude: 38.6977, longitude: -9.2063, caption: "Breakfast in Belém" },
  { name: "IMG_1140", at: "2025-03-13 19:57", latitude: 38.7197, longitude: -9.1304 },
  { name: "IMG_1302", at: "2025-07-12 20:15", latitude: 57.8893, longitude: 11.5819, caption: "Marstrand in the evening" },
  { name: "IMG_1511", at: "2026-05-23 14:58", latitude: 57.6873, longitude: 11.9429 },
  { name: "IMG_1640", at: "2026-08-07 13:05", latitude: 55.9486, longitude: -3.1999, caption: "The castle from Vennel" },
  { name: "IMG_1655", at: "2026-08-09 10:31", latitude: 55.9441, longitude: -3.1618, caption: "Arthur's Seat" },
];

const card = (...lines: readonly string[]) => ["BEGIN:VCARD", "VERSION:3.0", ...lines, "END:VCARD", ""].join("\r\n");

export const contacts: readonly string[] = [
  card(
    "FN:Mara Lindqvist",
    "N:Lindqvist;Mara;;;",
    "EMAIL:mara@mara.example",
    "BDAY:1988-04-21",
    "NOTE:Me",
    "ORG:Havsvik",
    "TITLE:Marine biologist",
  ),
  card("FN:Elin Lindqvist", "N:Lindqvist;Elin;;;", "TEL:+46 70 555 01 02", "BDAY:1991-06-03", "NOTE:my sister"),
  card("FN:Jonas Berg", "N:Berg;Jonas;;;", "TEL:+46 70 555 01 03", "NOTE:my husband"),
  card("FN:Priya Nair", "N:Nair;Priya;;;", "TEL:+46 70 555 01 04", "BDAY:1987-11-30", "CATEGORIES:Friend"),
  card("FN:Tomas Ek", "N:Ek;Tomas;;;", "EMAIL:tomas@havsvik.example", "ORG:Havsvik", "NOTE:colleague"),
];

const mara = "Mara Lindqvist <mara@mara.example>";
const tomas = "Tomas Ek <tomas@havsvik.example>";

export const letters = [
  { from: mara, to: tomas, at: "2026-01-19 08:12", subject: "Eelgrass survey", text: "Dear Tomas,\nthe boat is ours from Monday.\nMara" },
  { from: tomas, to: mara, at: "2026-01-19 09:40", subject: "Re: Eelgrass survey", text: "Good, I bring the drone.\nTomas" },
  {
    from: mara,
    to: tomas,
    at: "2026-03-02 16:05",
    subject: "Canteen",
    text: "Please tell them about the hazelnuts, I am allergic to hazelnuts.\nMara",
  },
  { from: tomas, to: mara, at: "2026-06-11 10:20", subject: "Report", text: "The figures are in the folder.\nTomas" },
  { from: mara, to: tomas, at: "2026-09-28 07:55", subject: "Monday", text: "I work from home on Fridays, so Thursday is better.\nMara" },
] as const;

const talk = [
  ["Yoga on Thursday?", "Yes! I run on Sunday, so gently please"],
  ["How was choir?", "Long. We sing Bach at Christmas"],
  ["Dinner on Friday?", "Fish soup. I can't stand mushrooms, remember"],
  ["Are you really moving?", "Jonas wants to. I would miss the canal"],
] as const;

export const chat: readonly string[] = [
  ...Array.from({ length: 9 }, (_none, week) => {
    const day = new Date(Date.UTC(2026, 8, 1 + 7 * week));
    const date = `${String(day.getUTCDate()).padStart(2, "0")}/${String(day.getUTCMonth() + 1).padStart(2, "0")}/${day.getUTCFullYear()}`;
    const [asked, said] = talk[week % talk.length] ?? ["Tomorrow?", "Yes"];
    return [`${date}, 20:14 - Priya: ${asked}`, `${date}, 20:31 - Mara Lindqvist: ${said}`];
  }).flat(),
];
