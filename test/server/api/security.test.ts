/** A page of another origin, another name that leads here, a request without the token or with another: none reads or changes anything. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { stateClaim } from "../../../src/node/index.ts";
import { endpoints, openApiDocument } from "../../../src/server/api/index.ts";
import { securityHeaders } from "../../../src/server/inspector-files.ts";
import { type Inspecting, inspecting, rawRequest, statusIn, withNode } from "./inspecting.ts";

const secret = "a word that nobody else may read";
const anyId = `op:${"5".repeat(64)}`;
const anyKey = "did:key:z6MktA7vTw6NmM4qDXNgFtzP6f6c5PATAAr3H1ZNstsoSist";

/** Bodies that would change something, by path; whatever is not here takes none. */
const bodies: Readonly<Record<string, unknown>> = {
  "/api/pool": { name: "another" },
  "/api/recovery/confirmation": {},
  "/api/unlock": { passphrase: "guess" },
  "/api/claims": { subject: "self", predicate: "place.home", object: "elsewhere" },
  "/api/judgements": { kind: "refute", targets: [anyId] },
  "/api/forgettings/plan": { targets: [anyId] },
  "/api/forgettings": { targets: [anyId], plan: "any" },
  "/api/devices": { key: anyKey, role: "full", name: "mine" },
  "/api/devices/{did}/removal/preview": {},
  "/api/devices/{did}/removal": {},
  "/api/pairings": {},
  "/api/pairings/{id}/confirmation": { same: true },
  "/api/sync": { url: "http://127.0.0.1:9" },
  "/api/grants/preview": { selector: { predicates: ["*"] } },
  "/api/grants": { grantee: anyKey, selector: { predicates: ["*"] }, purpose: "theft", expires_at: Date.now() + 60_000 },
  "/api/grants/{id}/revocation": {},
  "/api/imports/sample": {},
};

interface Route {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly type: string;
}

/** Every route of the document, with a body that it takes. A new route without one here fails. */
function routes(): Route[] {
  const { paths } = openApiDocument("0") as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => {
      const filled = path.replace("{id}", /imports|pairings/.test(path) ? "none" : anyId).replace("{did}", anyKey);
      if (method !== "post") return { method: method.toUpperCase(), path: filled, body: "", type: "" };
      if (path === "/api/imports") return { method: "POST", path, body: multipart, type: "multipart/form-data; boundary=x" };
      assert.ok(Object.hasOwn(bodies, path), `say here what ${path} takes`);
      return { method: "POST", path: filled, body: JSON.stringify(bodies[path]), type: "application/json" };
    }),
  );
}

const multipart = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n# stolen\r\n--x--\r\n';

function lines({ method, path, body, type }: Route, fields: Readonly<Record<string, string | readonly string[]>>): string[] {
  const all = { ...(type ? { "Content-Type": type, "Content-Length": String(Buffer.byteLength(body)) } : {}), ...fields };
  return [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries(all).flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`)),
  ];
}

const attacks: readonly { readonly name: string; readonly status: number; fields(on: Inspecting): Record<string, string | string[]> }[] = [
  { name: "no token", status: 401, fields: ({ inspector }) => ({ Host: host(inspector.port) }) },
  {
    name: "another token",
    status: 401,
    fields: ({ inspector }) => ({ Host: host(inspector.port), Authorization: `Bearer ${"A".repeat(inspector.token.length)}` }),
  },
  {
    name: "a token that begins like ours",
    status: 401,
    fields: ({ inspector }) => ({ Host: host(inspector.port), Authorization: `Bearer ${inspector.token.slice(0, -1)}` }),
  },
  {
    name: "the token twice",
    status: 401,
    fields: (on) => ({ Host: host(on.inspector.port), Authorization: [bearer(on), bearer(on)] }),
  },
  {
    name: "a page of another origin",
    status: 403,
    fields: (on) => ({ Host: host(on.inspector.port), Origin: "https://evil.example", Authorization: bearer(on) }),
  },
  {
    name: "a page of another port",
    status: 403,
    fields: (on) => ({ Host: host(on.inspector.port), Origin: "http://127.0.0.1:1", Authorization: bearer(on) }),
  },
  {
    name: "a sandboxed page",
    status: 403,
    fields: (on) => ({ Host: host(on.inspector.port), Origin: "null", Authorization: bearer(on) }),
  },
  {
    name: "a browser that says cross-site",
    status: 403,
    fields: (on) => ({ Host: host(on.inspector.port), "Sec-Fetch-Site": "cross-site", Authorization: bearer(on) }),
  },
  {
    name: "a browser that says same-site",
    status: 403,
    fields: (on) => ({ Host: host(on.inspector.port), "Sec-Fetch-Site": "same-site", Authorization: bearer(on) }),
  },
  {
    name: "another name that leads here",
    status: 421,
    fields: (on) => ({ Host: `rebound.evil.example:${on.inspector.port}`, Authorization: bearer(on) }),
  },
  {
    name: "our name with another port",
    status: 421,
    fields: (on) => ({ Host: "127.0.0.1:1", Authorization: bearer(on) }),
  },
  {
    name: "a name that ends like ours",
    status: 421,
    fields: (on) => ({ Host: `evil.localhost:${on.inspector.port}`, Authorization: bearer(on) }),
  },
];

const host = (port: number) => `127.0.0.1:${port}`;
const bearer = ({ inspector }: Inspecting) => `Bearer ${inspector.token}`;

const fixture = {
  fill: (node: Parameters<typeof stateClaim>[0]) => stateClaim(node, { subject: "self", predicate: "place.home", object: secret }),
  options: { guard: { strangersPerSecond: 1e9, strangersBurst: 1e9 } },
};

test("every route refuses whoever is not the owner's page, and nothing has changed afterwards", () =>
  inspecting("security", fixture, async (on) => {
    const { inspector, home, ask } = on;
    const before = await ask("/api/status");
    const all = routes();
    assert.ok(all.length >= 35, `only ${all.length} routes`);
    for (const route of all) {
      for (const { name, status, fields } of attacks) {
        const reply = await rawRequest(inspector.port, lines(route, fields(on)), route.body);
        const what = `${route.method} ${route.path}, ${name}`;
        assert.equal(statusIn(reply), status, `${what}: ${reply.slice(0, 300)}`);
        assert.ok(!reply.includes(secret), what);
        assert.doesNotMatch(reply, /access-control-/i, what);
      }
    }
    const now = await ask("/api/status");
    const settled = (text: string) => text.replace(/"now":\d+/, "");
    assert.equal(settled(now.text), settled(before.text));
    assert.deepEqual(
      readdirSync(home.folder).filter((name) => name === "uploads"),
      [],
    );
    await withNode(home, async ({ replica }) => assert.equal((await replica.store.read((reader) => reader.counts())).claims, 1));
  }));

test("the document lists exactly what is answered, and each of it answers its owner", () =>
  inspecting("routes", fixture, async (on) => {
    assert.equal(routes().length, endpoints.length);
    for (const { method, path } of routes().filter((route) => route.method === "GET" && route.path !== "/api/events")) {
      const { status, headers } = await on.ask(path.endsWith("/impact") ? `${path}?judgement=refute` : path, { method });
      const isThere = !/\{|op:5|none/.test(path);
      assert.equal(status, isThere ? 200 : 404, path);
      assert.equal(headers.get("cache-control"), "no-store");
      for (const [name, value] of Object.entries(securityHeaders)) assert.equal(headers.get(name), value, `${path}: ${name}`);
    }
  }));

test("all names of loopback are answered, with its own origin and from its own address bar", () =>
  inspecting("names", fixture, async (on) => {
    const { port } = on.inspector;
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      for (const site of ["same-origin", "none"]) {
        const fields = ["GET /api/status HTTP/1.1", `Host: ${name}`, `Authorization: ${bearer(on)}`, `Sec-Fetch-Site: ${site}`];
        assert.equal(statusIn(await rawRequest(port, [...fields, `Origin: http://${name.toLowerCase()}`])), 200, name);
      }
    }
    const noHost = await rawRequest(port, ["GET /api/status HTTP/1.0", `Authorization: ${bearer(on)}`]);
    assert.ok([400, 421].includes(statusIn(noHost)), noHost);
    const whole = [`GET http://evil.example/api/status HTTP/1.1`, `Host: ${host(port)}`, `Authorization: ${bearer(on)}`];
    assert.equal(statusIn(await rawRequest(port, whole)), 421);
  }));

test("another site's page gets no leave to ask, and nothing that a form can send is taken", () =>
  inspecting("forms", fixture, async (on) => {
    const { port } = on.inspector;
    const preflight = [
      "OPTIONS /api/claims HTTP/1.1",
      `Host: ${host(port)}`,
      "Origin: https://evil.example",
      "Access-Control-Request-Method: POST",
    ];
    const reply = await rawRequest(port, preflight);
    assert.equal(statusIn(reply), 403);
    assert.doesNotMatch(reply, /access-control-/i);
    const body = JSON.stringify(bodies["/api/claims"]);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ""]) {
      const { status } = await on.ask("/api/claims", { method: "POST", body, headers: type ? { "content-type": type } : {} });
      assert.equal(status, 415, type);
    }
    assert.equal((await on.ask("/api/status")).status, 200);
  }));

test("what is too much is refused before it is read, what is no JSON or has other members with what is wrong in it", () =>
  inspecting("bounds", fixture, async (on) => {
    const { port } = on.inspector;
    const large = JSON.stringify({ subject: "self", predicate: "p", object: "x".repeat(1_100_000) });
    const whole = ["POST /api/claims HTTP/1.1", `Host: ${host(port)}`, `Authorization: ${bearer(on)}`, "Content-Type: application/json"];
    // Who goes on sending what nobody reads may be cut off before the answer has arrived.
    const refused = (reply: string) => reply === "" || statusIn(reply) === 413;
    assert.ok(refused(await rawRequest(port, [...whole, `Content-Length: ${large.length}`], large)));
    const endless = ["POST /api/claims HTTP/1.1", `Host: ${host(port)}`, `Authorization: ${bearer(on)}`, "Content-Type: application/json"];
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    assert.ok(refused(await rawRequest(port, [...endless, "Transfer-Encoding: chunked"], `${chunk.repeat(20)}0\r\n\r\n`)));
    for (const [body, words] of [
      ["{", /not JSON/],
      ["[]", /body/],
      ['{"subject":"self"}', /predicate/],
      ['{"subject":"","predicate":"p","object":1}', /subject/],
      ['{"subject":"self","predicate":"p","object":1,"confidence":2}', /confidence/],
    ] as const) {
      const asked = await on.ask("/api/claims", { method: "POST", body, headers: { "content-type": "application/json" } });
      assert.equal(asked.status, 400);
      assert.match((asked.json as { error: { message: string } }).error.message, words);
    }
    for (const query of ["limit=0", "limit=1000", "status=loved", "after=nonsense", "tpoic=place", "min_confidence=2"]) {
      assert.equal((await on.ask(`/api/claims?${query}`)).status, 400, query);
    }
    for (const path of ["/api/claims/op:1", "/api/claims/..%2f..%2fstatus", "/api/devices/me/removal"]) {
      assert.ok((await on.ask(path, { method: path.includes("devices") ? "POST" : "GET" })).status >= 400, path);
    }
    assert.equal(((await on.ask("/api/status")).json as { claims: number }).claims, 1);
    assert.equal((await on.ask("/api/nothing")).status, 404);
    const wrong = await on.ask("/api/claims", { method: "DELETE" });
    assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "GET, POST"]);
  }));

test("who has no token is answered less and less, which the owner does not notice", () =>
  inspecting(
    "rates",
    { ...fixture, options: { guard: { strangersPerSecond: 0, strangersBurst: 5, ratePerSecond: 0, rateBurst: 12 } } },
    async (on) => {
      const stranger = () => on.ask("/api/status", { headers: { authorization: "Bearer x" } });
      const statuses = [];
      for (let turn = 0; turn < 8; turn++) statuses.push((await stranger()).status);
      assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
      for (let turn = 0; turn < 12; turn++) assert.equal((await on.ask("/api/status")).status, 200);
      assert.equal((await on.ask("/api/status")).status, 429);
    },
  ));

test("the page needs no token, runs nothing inline, is in nobody's frame, and is loaded by no other site", () =>
  inspecting("page", fixture, async (on) => {
    const { url, port } = on.inspector;
    const page = await fetch(`${url}/claims/${anyId}`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /the page/);
    const policy = page.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) {
      assert.ok(policy.includes(part), part);
    }
    assert.doesNotMatch(policy, /unsafe|\*|http:/);
    const hashed = await fetch(`${url}/assets/index-Ab3dEf9h.js`);
    assert.equal(hashed.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.equal(hashed.headers.get("content-type"), "text/javascript; charset=utf-8");
    const again = await fetch(`${url}/favicon.svg`, {
      headers: { "if-none-match": (await fetch(`${url}/favicon.svg`)).headers.get("etag") ?? "" },
    });
    assert.equal(again.status, 304);
    assert.equal((await fetch(`${url}/assets/none.js`)).status, 404);
    assert.equal((await fetch(`${url}/`, { method: "POST" })).status, 405);
    for (const path of ["/../../etc/passwd", "/%2e%2e/%2e%2e/package.json", "/..%5c..%5cpackage.json", "//etc/passwd.txt"]) {
      const reply = await rawRequest(port, [`GET ${path} HTTP/1.1`, `Host: ${host(port)}`]);
      assert.doesNotMatch(reply, /root:|fablepool"/, path);
    }
    const script = [
      "GET /assets/index-Ab3dEf9h.js HTTP/1.1",
      `Host: ${host(port)}`,
      "Sec-Fetch-Site: cross-site",
      "Sec-Fetch-Mode: no-cors",
    ];
    assert.equal(statusIn(await rawRequest(port, script)), 403);
    const link = [
      "GET / HTTP/1.1",
      `Host: ${host(port)}`,
      "Sec-Fetch-Site: cross-site",
      "Sec-Fetch-Mode: navigate",
      "Sec-Fetch-Dest: document",
    ];
    assert.equal(statusIn(await rawRequest(port, link)), 200);
    assert.equal(statusIn(await rawRequest(port, ["GET / HTTP/1.1", `Host: evil.example:${port}`])), 421);
  }));

test("a token is new at each start, of 32 random bytes, and in no answer", () =>
  inspecting("token-a", fixture, (first) =>
    inspecting("token-b", fixture, async (second) => {
      assert.notEqual(first.inspector.token, second.inspector.token);
      assert.equal(Buffer.from(first.inspector.token, "base64url").length, 32);
      const crossed = await first.ask("/api/status", { headers: { authorization: `Bearer ${second.inspector.token}` } });
      assert.equal(crossed.status, 401);
      const { url, token } = first.inspector;
      assert.ok(!(await (await fetch(url)).text()).includes(token));
      assert.ok(!(await first.ask("/api/status")).text.includes(token));
      assert.ok(first.inspector.address.startsWith(`${url}/#token=`));
    }),
  ));

test("what is answered beside, as /mcp is, is there once a device is open, for programs of this machine alone", () => {
  const beside = () => [{ path: "/beside", answer: async () => new Response("answered"), close: async () => {} }];
  return inspecting("beside", { options: { beside } }, async ({ inspector, ask, post }) => {
    const { port } = inspector;
    const reply = (fields: readonly string[]) => rawRequest(port, ["POST /beside HTTP/1.1", "Content-Length: 0", ...fields]);
    assert.equal(statusIn(await reply([`Host: ${host(port)}`])), 405);
    await post("/api/pool", { name: "laptop" });
    assert.match(await reply([`Host: ${host(port)}`]), /answered/);
    assert.equal(statusIn(await reply([`Host: evil.example:${port}`])), 421);
    assert.equal(statusIn(await reply([`Host: ${host(port)}`, "Origin: https://evil.example"])), 403);
    assert.equal((await ask("/api/status")).status, 200);
  });
});
