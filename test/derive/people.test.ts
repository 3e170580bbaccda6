/** Who people are to the owner: cards, labels and the owner's own words; and who the owner is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { birthdays } from "../../src/derive/date/birthdays.ts";
import { WhoIsIt } from "../../src/derive/index.ts";
import { closeness } from "../../src/derive/people/closeness.ts";
import { family } from "../../src/derive/people/family.ts";
import { ownName } from "../../src/derive/people/own-name.ts";
import { relationships } from "../../src/derive/people/relationships.ts";
import { claimsFrom, contact, days, event, item, message, note, objects } from "./items.ts";

test("a card that says a kind of relation says it of its person, in its own words", () => {
  const claims = claimsFrom(
    [contact("Ines Albrecht", { note: "Eldest daughter" }), contact("Tom Okoye", { note: "met at the fair" })],
    [relationships],
  );
  assert.deepEqual(objects(claims, "relationship.kind", "person:ines-albrecht"), ["eldest daughter"]);
  assert.deepEqual(objects(claims, "relationship.kind", "person:tom-okoye"), []);
});

test("what the owner calls somebody counts when it is said on more than one day, or when they have a card", () => {
  const once = [note("2025-02-01", "Had lunch with my colleague Ravi Nair.")];
  assert.deepEqual(claimsFrom(once, [relationships]), []);
  const twice = [...once, note("2025-03-01", "My colleague Ravi Nair fixed it.")];
  assert.deepEqual(objects(claimsFrom(twice, [relationships]), "relationship.kind", "person:ravi-nair"), ["colleague"]);
  const carded = [...once, contact("Ravi Nair")];
  assert.deepEqual(objects(claimsFrom(carded, [relationships]), "relationship.kind", "person:ravi-nair"), ["colleague"]);
});

test("a given name that one person alone has means that person; one that two have means nobody", () => {
  const said = note("2025-02-01", "My wife Ines came along.");
  const one = claimsFrom([said, contact("Ines Albrecht")], [relationships]);
  assert.deepEqual(objects(one, "relationship.kind", "person:ines-albrecht"), ["wife"]);
  const two = claimsFrom([said, contact("Ines Albrecht"), contact("Ines Moreau")], [relationships]);
  assert.deepEqual(two, []);
});

test("`spouse` on the card and `my wife` in a note say the same; there is one partner", () => {
  const claims = claimsFrom(
    [
      contact("Ines Albrecht", { note: "Spouse" }),
      contact("Lea Roth"),
      note("2025-02-01", "My wife Ines cooked."),
      note("2025-02-03", "My wife Lea cooked."),
    ],
    [relationships],
  );
  assert.deepEqual(objects(claims, "relationship.kind", "person:ines-albrecht"), ["wife"]);
  assert.deepEqual(objects(claims, "relationship.kind", "person:lea-roth"), []);
});

test("two cards of one name with different words and numbers are two people", () => {
  const claims = claimsFrom(
    [
      contact("Jan Novak", { note: "Neighbour", phones: [{ number: "+420 601 111 111" }] }),
      contact("Jan Novak", { note: "Colleague", phones: [{ number: "+420 602 222 222" }] }),
    ],
    [relationships],
  );
  assert.deepEqual(claims.map(({ subject }) => subject).sort(), ["person:jan-novak-colleague", "person:jan-novak-neighbour"]);
});

test("how often people are in touch is told of those who are answered, by the days of half a year", () => {
  const weekly = days("2025-01-01", 24, 7).flatMap((day) => [
    message(`${day}T10:00:00Z`, "Mia Brandt", "Hi", "incoming"),
    message(`${day}T11:00:00Z`, "Mia Brandt", "Hello", "outgoing"),
  ]);
  const shop = days("2025-01-01", 24, 7).map((day) => message(`${day}T10:00:00Z`, "Fresh Market", "Offers", "incoming"));
  const claims = claimsFrom([...weekly, ...shop], [closeness]);
  assert.deepEqual(
    claims.map(({ subject, object }) => [subject, object]),
    [["person:mia-brandt", "weekly"]],
  );
});

test("a chat under a given name alone is a person's when the owner wrote in it on several days", () => {
  const chat = (name: string, direction: "incoming" | "outgoing", count: number) =>
    days("2025-03-01", count, 3).map((day) => message(`${day}T10:00:00Z`, name, "Hello", direction));
  const claims = claimsFrom(
    [...chat("Mia", "incoming", 6), ...chat("Mia", "outgoing", 4), ...chat("Parcels", "incoming", 6), ...chat("Parcels", "outgoing", 1)],
    [closeness],
  );
  assert.deepEqual(
    claims.map(({ subject }) => subject),
    ["person:mia"],
  );
});

test("the nearest family and the number of children, by words and by cards", () => {
  const claims = claimsFrom(
    [
      note("2025-01-01", "Took my two children to the zoo. My daughter loved the seals."),
      note("2025-02-01", "My daughter has a cold. Our dog Bruno is fine."),
      contact("Ida Falk", { note: "Daughter" }),
      contact("Nils Falk", { note: "Son" }),
    ],
    [family],
  );
  assert.deepEqual(objects(claims, "family.children"), [2]);
  assert.deepEqual(objects(claims, "family.member"), ["daughter"]);
  assert.deepEqual(objects(claims, "family.pet"), ["Bruno, a dog"]);
});

test("birthdays: a card's, a yearly event's, one's own words on the day; not what is planned for it", () => {
  const claims = claimsFrom(
    [
      contact("Ida Falk", { birthday: "2015-09-01" }),
      contact("Nils Falk", { birthday: "--03-02" }),
      event("2025-06-07", "Clara Busch's birthday", { rrule: ["FREQ=YEARLY"] }),
      note("2025-10-28", "Today is my birthday, everyone came."),
      event("2025-10-28T18:00", "Dinner", { description: "My birthday, with all neighbours." }),
      event("2025-11-20T18:00", "Buy a gift for Omar Said's birthday"),
    ],
    [birthdays],
  );
  assert.deepEqual(
    claims.map(({ subject, object }) => [subject, object]),
    [
      ["person:clara-busch", "--06-07"],
      ["person:ida-falk", "2015-09-01"],
      ["person:nils-falk", "--03-02"],
      ["self", "--10-28"],
    ],
  );
});

test("the owner is who most mails have in common, whom several chats have in common, and whose card has their address", () => {
  const who = new WhoIsIt();
  const mails = days("2025-01-01", 6).map((day, at) =>
    item("mail", { from: { address: `friend${at}@example.org` }, to: [{ address: "Me@Own.org" }], text: "Hi" }, `${day}T08:00:00Z`),
  );
  const chats = ["Mia", "Omar", "Zoe"].map((chat) => item("message", { chat, from: "Kim Vega", text: "Hi", sent: "2025-01-01T10:00" }));
  for (const each of [...mails, ...chats, contact("Kim T. Vega", { emails: [{ address: "me@own.org" }] })]) who.see(each);
  const { names, addresses } = who.known();
  assert.deepEqual([...names].sort(), ["kim t. vega", "kim vega"]);
  assert.deepEqual([...addresses], ["me@own.org"]);
});

test("the owner's name: on the card that has their address", () => {
  const mails = days("2025-01-01", 6).map((day) =>
    item("mail", { from: { address: "a@b.org" }, to: [{ address: "me@own.org" }] }, `${day}T08:00:00Z`),
  );
  const claims = claimsFrom([...mails, contact("Kim Vega", { emails: [{ address: "me@own.org" }] })], [ownName]);
  assert.deepEqual(objects(claims, "person.name"), ["Kim Vega"]);
});
