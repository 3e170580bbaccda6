/** What people and models say: questions, values of options, replies of a model, and prose that the rules read. */
import assert from "node:assert/strict";
import { readCommand } from "../../src/cli/passphrase-command.ts";
import { objectOf, toBound, toDuration, toTime } from "../../src/cli/values.ts";
import { payloadFault } from "../../src/core/claim/payload-form.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import { parseJson } from "../../src/core/codec/parse.ts";
import type { Json, JsonObject } from "../../src/core/ports.ts";
import { isHubAddress } from "../../src/core/sync/hub-address.ts";
import { type AskedItem, readReply } from "../../src/derive/index.ts";
import { chatEndpoint, embeddingEndpoint } from "../../src/node/chat-endpoint.ts";
import { payloadOf } from "../../src/node/derive-plan.ts";
import { vectorsIn } from "../../src/node/recall/meaning.ts";
import { understand } from "../../src/node/recall/question.ts";
import { claimSentence } from "../../src/node/sentences.ts";
import { characters, inOrder, oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import { httpTarget } from "../../src/transport/authority.ts";
import { claimsFrom, idOf, item } from "../derive/items.ts";
import { attempt, type FuzzedParser } from "./fuzzed-parser.ts";
import { json, number, string, url } from "./rules.ts";

const now = Date.UTC(2026, 10, 27);

const asking = oneOf("when", "where did I", "who", "how often do I", "what is my", "did I", "is it true that", "");
const time = oneOf(
  ...[
    "yesterday",
    "last week",
    "on Monday evenings",
    "in March 2025",
    "2025-01-31",
    "between May and July",
    "three weeks ago",
    "next summer",
  ],
  inOrder(characters("0123456789", 1, 4), " ", oneOf("days", "weeks", "months", "years"), " ago"),
  inOrder(
    characters("0123456789", 1, 4),
    oneOf("-", "/", "."),
    characters("0123456789", 1, 2),
    oneOf("-", "/", "."),
    characters("0123456789", 1, 4),
  ),
  inOrder("the ", characters("0123456789", 1, 2), oneOf("st", "nd", "rd", "th"), " of ", oneOf("May", "June", "Sept", "Dec.")),
);
const thing = oneOf("choir", "the dentist", "Ada's birthday", "élan", "𝒳", "a b c", "electricity bill", characters("abcdefg '’-", 1, 20));
const question = inOrder(repeated(inOrder(asking, " ", thing, " ", time), 1, 6, ", "), oneOf("?", "", " ?!"));

/** What is understood is bounded, whatever was asked. */
function readQuestion(input: string): unknown {
  const { tokens, times, cues } = understand(input, now, "Europe/Paris");
  assert.ok(tokens.length <= 64 && cues.length === tokens.length);
  for (const { words } of times) assert.ok(words.length <= 1_000, `${words.length} words of one time`);
  return tokens;
}

const values = oneOf(
  inOrder(characters("0123456789", 1, 10), oneOf("s", "m", "h", "d", "w", "MB", "GiB", "k", "")),
  inOrder(
    characters("0123456789", 4),
    "-",
    characters("01", 2),
    "-",
    characters("0123", 2),
    oneOf("", "T18:00", "T18:00Z", "T18:00+02:00"),
  ),
  "none",
  json,
);

function readValues(input: string): unknown {
  const taken = [toDuration, toBound, toTime].map((read) => attemptOption(() => read(input)));
  for (const each of taken) assert.ok(each === null || each === "none" || Number.isFinite(each), `${each}`);
  return [...taken, attempt(() => canonical(objectOf(input)))];
}

/** Null when the command line refuses it in words. */
function attemptOption<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch (error) {
    if ((error as { code?: string }).code === "commander.invalidArgument") return null;
    throw error;
  }
}

const endpoint = oneOf(
  url,
  inOrder(url, oneOf("/v1", "/v1/", "/v1/chat/completions", "?x=1", "#a", "//", "/..")),
  "https://u:p@a.example/v1",
);

/** An address of somebody else is never taken for this machine's. */
function readEndpoint(input: string): unknown {
  const taken = attempt(() => chatEndpoint(input));
  const near = attempt(() => embeddingEndpoint(input));
  for (const each of [taken, near]) {
    if (each === null) continue;
    const { protocol, hostname, username, search } = new URL(each.url);
    assert.ok(protocol === "https:" || each.loopback, each.url);
    assert.ok(!each.loopback || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname), each.url);
    assert.equal(username + search, "");
  }
  assert.ok(near === null || near.loopback);
  if (isHubAddress(input)) attempt(() => httpTarget(input));
  return taken;
}

const command = oneOf(
  inOrder("[", repeated(string, 1, 4, ","), "]"),
  repeated(oneOf("pass", "show", "my-pool", "-n", "a'b", "$X"), 1, 4, " "),
);

const asked: readonly AskedItem[] = ["I swim on Fridays with Ada in Lyon.", "My sister Ines was born on 3 February 1988."].map(
  (text, at) => ({
    id: idOf(`item ${at}`),
    kind: "note",
    day: "2026-01-05",
    text,
  }),
);
const object = oneOf(
  string,
  number,
  '{"activity":"swimming","weekday":"friday"}',
  '{"weekday":"friday","time":"18:00","what":"swim"}',
  '{"date":"2026-02-03","what":"a concert"}',
  '"1988-02-03"',
  json,
);
const said = inOrder(
  ...[
    '{"subject":',
    oneOf('"self"', '"person:ada"', string),
    ',"predicate":',
    oneOf('"activity.hobby"', '"schedule.weekly"', '"person.birthday"', '"event.upcoming"', string),
  ],
  ...[',"object":', object, ',"confidence":', oneOf("0.9", number), ',"evidence":[', oneOf('"e1"', '"e2"', '"e1","e2"', string), "]"],
  ...[',"quote":', oneOf('"I swim on Fridays"', '"born on 3 February"', string), ',"why":', string, "}"],
);
const reply: Rule = (random) => {
  const content = inOrder('{"claims":[', repeated(said, 0, 4, ","), "]}")(random);
  return `{"choices":[{"message":{"role":"assistant","content":${JSON.stringify(content)}}}]}`;
};

/** Whatever a model says, it is a claim of a known form about what it was shown, and no surer than it may be. */
function readModel(input: string): unknown {
  const read = readReply(input, asked);
  for (const claim of read?.claims ?? []) {
    assert.equal(payloadFault("claim", JSON.parse(JSON.stringify(payloadOf(claim, { name: "model", version: "1" })))), null);
    assert.ok(claim.confidence <= 0.6 && claim.derivedFrom.every((id) => asked.some((each) => each.id === id)));
    assert.doesNotMatch(claimSentence(payloadOf(claim, { name: "model", version: "1" }) as unknown as JsonObject), /[\n\r\u2028\u202e]/);
  }
  return read;
}

const vectors = inOrder(
  '{"data":[',
  oneOf(
    inOrder('{"index":1,"embedding":[0.5,', number, ']},{"index":0,"embedding":[-1,', oneOf("0", number), "]}"),
    repeated(inOrder('{"index":', oneOf("0", "1", number), ',"embedding":[', repeated(number, 1, 4, ","), "]}"), 1, 3, ","),
  ),
  "]}",
);

function readVectors(input: string): unknown {
  const read = vectorsIn(Buffer.from(input), 2);
  assert.equal(read.length, 2);
  for (const each of read) assert.ok(each.length === read[0]?.length && each.every(Number.isFinite));
  return read;
}

const sentence = oneOf(
  "I live in Graz",
  "my wife Ines cooked mushroom risotto",
  "I work as a baker for Alpen Imkerei",
  "I'm allergic to peanuts",
  "My goal is to run a marathon by June 21st",
  inOrder(
    "I ",
    oneOf("swim", "go to choir", "play chess"),
    " every ",
    oneOf("Friday", "second Tuesday", "day"),
    " at ",
    characters("0123456789", 1, 2),
    oneOf("pm", ":30", ""),
  ),
  inOrder("I sprained my ", thing),
  inOrder("We fly to ", thing, " on ", time),
  inOrder("Our ", thing, " is on ", time),
  thing,
);
const prose = repeated(inOrder(sentence, oneOf(". ", "\n", "! ", ", ", " and ", "… ")), 1, 8);

/** No rule fails, and what it says is a claim, whatever stands in a note, a message, a mail or an event. */
function deriveFrom(input: string): unknown {
  const at = "2026-01-05T10:00:00Z";
  const items = [
    item("note", { title: input.slice(0, 80), text: input }, at),
    item("message", { chat: "Ravi", name: "Ravi", direction: "outgoing", to: "Ravi", text: input }, at),
    item("chat_message", { assistant: "ChatGPT", conversation: "A chat", role: "user", text: input }, at),
    item("event", { summary: input.slice(0, 200), description: input, start: { value: "20260105T180000" }, all_day: false }, at),
    item("contact", { name: input.slice(0, 60), note: input, birthday: input.slice(0, 12) }),
  ];
  const claims = claimsFrom(items, undefined, "2026-06-01");
  for (const claim of claims) assert.equal(payloadFault("claim", payloadOf(claim, { name: claim.method, version: "1" })), null);
  return claims;
}

const claim = inOrder(
  ...['{"subject":', oneOf('"self"', '"person:ada"', string), ',"predicate":', oneOf('"schedule.weekly"', '"place.home"', string)],
  ...[',"object":', object, ',"confidence":', number, "}"],
);

/** A claim is shown on one line, in the direction in which it is read. */
function readSentence(input: string): unknown {
  const payload = parseJson(input, { maxDepth: 32 }) as Json;
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return null;
  const shown = claimSentence(payload as JsonObject);
  assert.doesNotMatch(shown, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  return shown;
}

export const wordParsers: readonly FuzzedParser[] = [
  { name: "question", oneIn: 5, grammar: question, read: readQuestion },
  { name: "value of an option", grammar: values, read: readValues },
  { name: "endpoint or hub address", grammar: endpoint, read: readEndpoint },
  { name: "passphrase command", grammar: command, read: readCommand },
  { name: "reply of a model", grammar: reply, read: readModel },
  { name: "vectors of a model", grammar: vectors, read: readVectors },
  { name: "prose", oneIn: 50, grammar: prose, read: deriveFrom },
  { name: "sentence of a claim", grammar: claim, read: readSentence },
];
