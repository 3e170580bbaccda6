/** The grammar of what a client of the Model Context Protocol sends: JSON-RPC of both eras, and the headers around it over HTTP. */
import { characters, inOrder, oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import { mostly } from "./rules.ts";

const hex = (length: number) => characters("0123456789abcdef", length);
const number = oneOf("0", "-1", "1e400", "1.5", "9007199254740993", characters("123456789", 1, 4));
const word = oneOf(
  "place.home",
  "self",
  "Lyon",
  "op:",
  "..",
  "%00",
  "é☎",
  "__proto__",
  "constructor",
  characters("abc .*", 0, 12),
  "x".repeat(3_000),
);
const string = inOrder('"', word, '"');
const claim = oneOf(inOrder('"op:', hex(64), '"'), inOrder('"', hex(4), '"'), string);
const scalar = oneOf(number, string, "null", "true", "false", claim);
const any: Rule = (random) => nested(random.below(4))(random);

function nested(depth: number): Rule {
  if (depth === 0) return scalar;
  const inner = nested(depth - 1);
  return oneOf(inOrder("[", repeated(inner, 0, 4, ","), "]"), inOrder("{", repeated(inOrder(string, ":", inner), 0, 4, ","), "}"), scalar);
}

const member = (name: string, rule: Rule | string) =>
  mostly(inOrder(`"${name}":`, rule), inOrder(`"${name}":`, any), inOrder(string, ":", any));
const object = (...members: readonly Rule[]) => inOrder("{", ...members.flatMap((each, at) => (at === 0 ? [each] : [",", each])), "}");
const claimList = inOrder("[", repeated(claim, 1, 3, ","), "]");

/** What each tool takes. */
const toolCalls: Readonly<Record<string, Rule>> = {
  about: object(),
  recall: object(member("question", oneOf('"where is home?"', string))),
  why: object(member("claim", claim)),
  remember: object(member("predicate", '"preference.food"'), member("object", any), member("said", string)),
  correct: object(member("claim", claim), member("object", any)),
  refute: object(member("claims", claimList), member("reason", string)),
  confirm: object(member("claims", claimList), member("reason", string)),
  forget: object(member("claims", claimList)),
  questions: object(),
  nothing: object(),
};

const address = oneOf(
  '"fablepool://about"',
  '"fablepool://topic/self/place.home"',
  inOrder('"fablepool://claim/op:', hex(64), '"'),
  inOrder('"fablepool://', word, '"'),
  string,
);

interface Asked {
  readonly method: string;
  readonly name: string;
  readonly members: readonly Rule[];
}

const asked: readonly Asked[] = [
  ...Object.entries(toolCalls).map(([name, rule]) => ({
    method: "tools/call",
    name,
    members: [member("name", `"${name}"`), member("arguments", rule)],
  })),
  ...["resources/read", "resources/subscribe", "resources/unsubscribe"].map((method) => ({
    method,
    name: "",
    members: [member("uri", address)],
  })),
  { method: "prompts/get", name: "", members: [member("name", string), member("arguments", any)] },
  { method: "completion/complete", name: "", members: [member("ref", any), member("argument", any)] },
  ...["tools/list", "resources/list", "prompts/list", "resources/templates/list"].map((method) => ({
    method,
    name: "",
    members: [member("cursor", any)],
  })),
  ...["ping", "server/discover", "logging/setLevel", "x/y"].map((method) => ({ method, name: "", members: [] })),
  {
    method: "initialize",
    name: "",
    members: [
      member("protocolVersion", oneOf('"2025-11-25"', '"2025-06-18"', '"2026-07-28"', '"1999-01-01"')),
      member("capabilities", "{}"),
      member("clientInfo", '{"name":"x","version":"1"}'),
    ],
  },
];

const modernMeta = member(
  "_meta",
  '{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"x","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}}}',
);
const id = mostly(oneOf(number, string), "null", hex(3), any);

function request({ method, members }: Asked, ...more: readonly Rule[]): Rule {
  return object(
    member("jsonrpc", '"2.0"'),
    inOrder('"id":', id),
    member("method", `"${method}"`),
    mostly(inOrder('"params":', mostly(object(...members, ...more), any)), member("params", object())),
  );
}

const notification = object(
  member("jsonrpc", '"2.0"'),
  member(
    "method",
    oneOf('"notifications/initialized"', '"notifications/cancelled"', '"notifications/progress"', '"notifications/roots/list_changed"'),
  ),
  member("params", object(member("requestId", number), member("progressToken", scalar))),
);
const reply = object(member("jsonrpc", '"2.0"'), inOrder('"id":', id), oneOf(inOrder('"result":', any), inOrder('"error":', any)));

/** One message, or several as one: what a client of 2025 sends at once. */
export const message: Rule = (random) => {
  const one = request(random.pick(asked));
  return mostly(one, notification, reply, inOrder("[", repeated(oneOf(one, notification, reply), 0, 4, ","), "]"))(random);
};

/** A request over HTTP: headers, an empty line, the body. `session` is one that is open. */
export function exchange(session: string): Rule {
  const legacy = mostly(
    `mcp-session-id: ${session}\nmcp-protocol-version: 2025-11-25`,
    `mcp-session-id: ${session}`,
    "",
    inOrder("mcp-session-id: ", hex(32)),
    inOrder("last-event-id: ", hex(5), `\nmcp-session-id: ${session}`),
    inOrder("content-type: ", oneOf("text/plain", "application/json; charset=latin1", "application/jsonx")),
    inOrder("accept: ", oneOf("*/*", "application/json", "text/event-stream", "")),
  );
  const modern: Rule = (random) => {
    const one = random.pick(asked);
    const named = one.name === "" ? "" : `\nmcp-name: ${one.name}`;
    const head = mostly(
      `mcp-protocol-version: 2026-07-28\nmcp-method: ${one.method}${named}`,
      "mcp-protocol-version: 0",
      `mcp-method: ${one.method}`,
    );
    return inOrder(head, "\n\n", request(one, modernMeta))(random);
  };
  return oneOf(inOrder(legacy, "\n\n", message), modern);
}
