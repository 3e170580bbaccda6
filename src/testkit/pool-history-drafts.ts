/** What the writers of a random history write: few words, so that they agree, contradict and judge one another often. */
import type { Draft } from "../core/op/create.ts";
import type { OpId } from "../core/op/operation.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import type { FixedKey } from "./fixed-keys.ts";
import type { World, Writer } from "./pool-history-world.ts";

export function anyDraft(world: World, writer: Writer): Draft {
  const draft = soundDraft(world, writer);
  return world.random.once(12) ? { ...draft, payload: misshapen(world, draft.payload) } : draft;
}

function soundDraft(world: World, writer: Writer): { readonly type: string; readonly payload: JsonObject } {
  const { random } = world;
  const type = random.pick(drawn);
  switch (type) {
    case "claim":
      return { type, payload: claimPayload(world, writer) };
    case "evidence":
      return { type, payload: evidencePayload(world) };
    case "refutation":
      return { type, payload: { targets: someIds(world, writer, judged, 3) } };
    case "endorsement":
      return { type, payload: { targets: someIds(world, writer, ["claim"], 2) } };
    case "redaction": {
      const targets = someIds(world, writer, ["claim", "evidence", "note", "predicate", "refutation", "mood"], 2);
      return { type, payload: random.once(3) ? { targets, suppress: ["ab".repeat(32)] } : { targets } };
    }
    case "note":
      return { type, payload: { target: random.pick([anyId(world, writer, []), writer.key.did]), text: "why" } };
    case "inference":
      return { type, payload: { consumer: "agent", purpose: "to know", inputs: someIds(world, writer, ["claim"], 2) } };
    case "predicate": {
      const name = random.pick(predicates);
      return { type, payload: { name, cardinality: random.pick(["one", "many"]), sensitivity: "personal", template: "{object}" } };
    }
    default:
      return { type, payload: random.once(2) ? {} : { targets: someIds(world, writer, [], 2) } };
  }
}

/** How often each type is written. */
const drawn: readonly string[] = [
  ...["claim", "claim", "claim", "claim", "claim", "claim", "evidence", "evidence", "refutation", "refutation", "refutation"],
  ...["endorsement", "endorsement", "redaction", "redaction", "note", "predicate", "mood", "constructor"],
  ...["claim", "claim", "claim", "claim", "evidence", "refutation", "inference"],
];
const judged: readonly string[] = ["claim", "claim", "claim", "refutation", "refutation", "endorsement", "evidence", "redaction", "note"];
const predicates: readonly string[] = ["place.home", "preference.likes", "odd.thing"];
/** Some are equal by their canonical bytes, some look equal and are not. */
const objects: readonly Json[] = [
  "Bern",
  "Basel",
  { city: "Bern", zip: 3000 },
  { zip: 3000, city: "Bern" },
  0,
  -0,
  { "\n": 1 },
  { "\\": 1 },
  null,
];

function claimPayload(world: World, writer: Writer): JsonObject {
  const { random } = world;
  return {
    subject: random.pick(["self", "self", "person:ada"]),
    predicate: random.pick(predicates),
    object: random.pick(objects),
    confidence: random.pick([1, 0.5]),
    derived_from: random.once(2) ? [] : someIds(world, writer, ["evidence", "claim", "note", "mood"], 2),
    method: { name: "test", version: "1" },
    rationale: "",
    ...(random.once(3) ? { valid_from: random.pick([-5, 0, 5]) } : {}),
    ...(random.once(3) ? { valid_until: random.pick([0, 5, 10]) } : {}),
    ...(random.once(8) ? { later: "kept and ignored" } : {}),
    ...(random.once(5) ? { corrects: anyId(world, writer, ["claim"]), derived_from: [], confidence: 1 } : {}),
  };
}

function evidencePayload({ random }: World): JsonObject {
  const source = { adapter: "notes", version: "1" };
  return { source, origin: "import", external_id: `item ${random.below(4)}`, kind: "note", content: { text: `${random.below(99)}` } };
}

/** One to `most` targets, without duplicates. */
function someIds(world: World, writer: Writer, types: readonly string[], most: number): OpId[] {
  const count = 1 + world.random.below(most);
  return [...new Set(Array.from({ length: count }, () => anyId(world, writer, types)))];
}

/** Mostly of these types and known to the writer; at times from a branch it has not seen, or nothing that exists. */
export function anyId(world: World, writer: Writer, types: readonly string[]): OpId {
  const { random } = world;
  if (random.once(25)) return `op:${"0".repeat(63)}${random.below(10)}` as OpId;
  const type = types.length > 0 ? random.pick(types) : null;
  const everything = [...(random.once(5) ? world.written.keys() : writer.knows)];
  const fitting = everything.filter((id) => type === null || world.written.get(id)?.type === type);
  return random.pick(fitting.length > 0 ? fitting : everything);
}

/** One member gone, or something else in its place. Some of what comes out fits all the same. */
function misshapen(world: World, payload: JsonObject): JsonObject {
  const { random } = world;
  const names = Object.keys(payload);
  if (names.length === 0) return payload;
  const name = random.pick(names);
  const { [name]: _gone, ...rest } = payload;
  if (random.once(3)) return rest;
  const value = random.pick<Json>([null, "", 0, -1, 0.5, 1.5, "x", [], {}, [1], ["x", "x"], { name: "test" }, true, 2 ** 53]);
  return { ...rest, [name]: value };
}

/** A `device_add` or `device_remove` as a person might write it, or a thief. */
export function controlDraft(world: World, writer: Writer): Draft {
  const { random } = world;
  const added = new Set([...writer.knows].map((id) => world.written.get(id)?.payload?.["key"]));
  const add = !random.once(3);
  const likely = world.keys.filter(({ did }) => added.has(did) !== add);
  const key = random.pick(likely.length > 0 && !random.once(6) ? likely : world.keys);
  if (add) return { type: "device_add", payload: { key: key.did, role: random.pick(roles) } };
  return { type: "device_remove", payload: { key: key.did, last: lastOf(world, writer, key) } };
}

const roles: readonly string[] = ["full", "full", "full", "full", "full", "ingest", "assistant", "mirror", "gardener"];

/** The last operation that counts: none, the newest, an earlier one, another key's, or one the remover has not seen. */
function lastOf({ random, written }: World, writer: Writer, key: FixedKey): OpId | null {
  const all = [...written.values()].filter(({ author }) => author === key.did).map(({ op_id }) => op_id);
  const known = all.filter((id) => writer.knows.has(id));
  switch (random.below(8)) {
    case 0:
    case 1:
      return known.at(-1) ?? null;
    case 2:
    case 3:
      return known.length > 0 ? random.pick(known) : null;
    case 4:
      return all.length > 0 ? random.pick(all) : null;
    case 5:
      return random.pick([...writer.knows]);
    default:
      return null;
  }
}
