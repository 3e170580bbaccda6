/**
 * A large memory as a person's might be: claims of every predicate about oneself and some hundred people, resting on evidence of
 * twelve years, with conflicts, judgements, and an assistant's proposals. The same seed makes the same words.
 */
import { basePredicates } from "../../src/core/claim/predicates.ts";
import type { Draft } from "../../src/core/op/create.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { addDevice, type Home, indexArrivals, initNode, type Node, system } from "../../src/node/index.ts";
import { makeKey } from "../../src/node/key-file.ts";
import { writeDrafts } from "../../src/node/write.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/seeded-random.ts";

export interface BigHome {
  readonly claims: number;
  /** Items of evidence; a quarter of the claims without. */
  readonly evidence?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, of: number) => void;
}

const batch = 1_000;
const proposals = 12;

/** Founds a pool at `home` and fills it; resolves when all of it can be found, too. */
export async function makeBigHome(home: Home, options: BigHome): Promise<void> {
  const { claims, evidence = Math.ceil(claims / 4), seed = 1, onProgress = () => {} } = options;
  const random = seededRandom(seed);
  const { node } = await initNode(home, { name: "laptop", passphrase: null });
  try {
    const items: OpId[] = [];
    const stated: OpId[] = [];
    const write = async (count: number, make: (index: number) => Draft, into: OpId[]) => {
      for (let done = 0; done < count; done += batch) {
        into.push(...(await node.write(Array.from({ length: Math.min(batch, count - done) }, (_, index) => make(done + index)))));
        onProgress(items.length + stated.length, claims + evidence);
      }
    };
    await write(evidence, (index) => evidenceDraft(random, index), items);
    await write(claims - proposals, (index) => claimDraft(random, index, items), stated);
    await judgeSome(node, random, stated);
    await propose(node, random, items);
    await indexArrivals(node.replica);
  } finally {
    await node.close();
  }
}

const day = 86_400_000;
const [from, days] = [Date.UTC(2014, 0, 1), 12 * 365];

function evidenceDraft(random: SeededRandom, index: number): Draft {
  const at = from + random.below(days) * day + random.below(24 * 60) * 60_000;
  const [kind, adapter, content] = random.pick(kinds)(random, index, at);
  const uri = `${adapter}/${index % 97}.txt#line=${index % 400},${(index % 400) + 3}`;
  const origin = kind === "email" || kind === "message" ? "third_party" : "import";
  const source = { adapter, version: "1", uri };
  return { type: "evidence", payload: { source, origin, external_id: String(index), kind, observed_at: at, content } };
}

type Kind = (random: SeededRandom, index: number, at: number) => [string, string, JsonObject];

const iso = (at: number) => new Date(at).toISOString().slice(0, 19);

const kinds: readonly Kind[] = [
  (random, index, at) => ["event", "icalendar", { summary: `${words(random, 2)} with ${person(random)} (${index})`, start: iso(at) }],
  (random, index) => ["note", "markdown", { title: words(random, 3), text: `${words(random, 30)} (${index})` }],
  (random, index, at) => ["photo", "photo", { title: `IMG_${index}.jpg`, taken: iso(at), position: position(random) }],
  (random, index) => ["message", "telegram", { text: `${words(random, 14)} (${index})`, from: person(random) }],
  (random, index) => ["email", "mail", { subject: words(random, 4), text: `${words(random, 60)} (${index})`, from: person(random) }],
];

function position(random: SeededRandom): JsonObject {
  return { latitude: 55 + random.below(4_000) / 1_000, longitude: 11 + random.below(4_000) / 1_000 };
}

const names = Object.keys(basePredicates);

function claimDraft(random: SeededRandom, index: number, items: readonly OpId[]): Draft {
  const predicate = random.pick(names);
  // Of what can be so only once, every person has few values: that is what conflicts are made of.
  const isOne = basePredicates[predicate]?.cardinality === "one";
  const object = isOne ? words(random, 1 + random.below(2)) : objectFor(predicate, random, index);
  const payload = {
    subject: random.once(4) ? `person:${person(random).toLowerCase().replace(" ", "-")}` : isOne ? `person:n${index}` : "self",
    predicate,
    object,
    confidence: (40 + random.below(60)) / 100,
    derived_from: items.length === 0 ? [] : [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(items)))],
    method: { name: random.pick(["said-facts", "calendar-series", "photo-places"]), version: "1" },
    rationale: words(random, 8),
  };
  return { type: "claim", payload };
}

function objectFor(predicate: string, random: SeededRandom, index: number): string | JsonObject {
  const said = `${words(random, 3)} ${index}`;
  const members = [...(basePredicates[predicate]?.template ?? "").matchAll(/\{object\.(\w+)\}/g)].map(([, member = ""]) => member);
  return members.length === 0 ? said : Object.fromEntries(members.map((member) => [member, said]));
}

async function judgeSome(node: Node, random: SeededRandom, claims: readonly OpId[]): Promise<void> {
  const some = random.some(claims, Math.ceil(claims.length / 200));
  const drafts = some.map((id, index): Draft => ({ type: index % 2 ? "endorsement" : "refutation", payload: { targets: [id] } }));
  for (let done = 0; done < drafts.length; done += batch) await node.write(drafts.slice(done, done + batch));
}

async function propose(node: Node, random: SeededRandom, items: readonly OpId[]): Promise<void> {
  const assistant = { ...system, ...makeKey(system.random) };
  await addDevice(node, { key: assistant.did, role: "assistant", name: "assistant" });
  await writeDrafts(
    node.replica,
    assistant,
    Array.from({ length: proposals }, (_, index) => claimDraft(random, 1_000_000 + index, items)),
  );
}

function person(random: SeededRandom): string {
  return `${random.pick(firstNames)} ${random.pick(lastNames)}`;
}

function words(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.pick(vocabulary)).join(" ");
}

const firstNames = "Ada Elin Bo Mara Omar Ines Jonas Noor Petra Samuel Tove Yusuf".split(" ");
const lastNames = "Osei Lindqvist Moreau Haddad Novak Berg Sato Silva Walsh Ivanova".split(" ");
const vocabulary = (
  "apple autumn bakery balcony bicycle boat book bread bridge candle castle cellar chair choir cinema clinic coast coffee concert cottage " +
  "dance dentist dinner doctor dog dream drum evening exam ferry film fire fish flat flower forest friend garden glass gold guitar hammer " +
  "harbour hill holiday honey hotel ice island jacket journey kitchen lake lamp lemon letter library light lunch map market meadow medal " +
  "milk mirror moon morning museum music needle night oak ocean office orange oven paint paper park path pen piano pine plum poem pool " +
  "potato printer prize rain recipe river road roof rope sail salt school sea silver snow song soup spring stairs station stone street " +
  "sugar summer sun swim table tea theatre ticket tower train tree valley village violin walk wall water wedding wheel wind window winter"
).split(" ");
