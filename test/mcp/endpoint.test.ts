/** The edge of `/mcp`: who is answered, from where, how much and how fast; what is told of changes; how it all ends. */
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { test } from "node:test";
import type { Client } from "@modelcontextprotocol/client";
import { limits } from "../../src/core/limits.ts";
import { refute, removeAssistant } from "../../src/node/index.ts";
import { call, eras, overHttp } from "./clients.ts";
import { type Served, served } from "./served.ts";

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** A request with exactly these headers: `fetch` lets nobody set Host. */
function post({ url }: Served, headers: Record<string, string>, body = "{}", path = "/mcp"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = { host: "127.0.0.1", port: url.port, path, method: "POST" };
    const all = { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers };
    const outgoing = httpRequest({ ...asked, headers: all }, (reply) => {
      let text = "";
      reply.on("data", (data) => {
        text += data;
      });
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, body: text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

test("only an assistant's token opens it; a removed one is told why not", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("helper", ["place.*"]);
  const other = token.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  for (const authorization of ["", "Bearer", "Bearer x", `Basic ${token}`, `Bearer ${other}`, "Bearer fpl_../x_".padEnd(80, "0")]) {
    const { status, body } = await post(at, authorization === "" ? {} : { authorization });
    assert.deepEqual([status, /assistants that its owner added/.test(body)], [401, true], authorization);
  }
  await removeAssistant(at.node, "helper", async () => null);
  const gone = await post(at, { authorization: `Bearer ${token}` });
  assert.equal(gone.status, 403);
  assert.match(gone.body, /removed the assistant helper on 2026-03-01/);
});

test("a page that points a name of its own here, and other sites' pages, are refused before the token is looked at", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("helper", ["place.*"]);
  const authorization = `Bearer ${token}`;
  for (const host of ["evil.example", `evil.example:${at.url.port}`, "127.0.0.1:1"]) {
    assert.equal((await post(at, { authorization, host })).status, 421, host);
  }
  for (const origin of ["https://evil.example", "null", `http://127.0.0.1:${Number(at.url.port) + 1}`]) {
    assert.equal((await post(at, { authorization, origin })).status, 403, origin);
  }
  for (const host of [`localhost:${at.url.port}`, `127.0.0.1:${at.url.port}`]) {
    const { status } = await post(at, { authorization, host, origin: `http://${host}` });
    assert.ok(status !== 421 && status !== 403, host);
  }
});

test("a message that is too large is refused, one that is none does no harm", async (context) => {
  const at = await served(context);
  const { token } = await at.assistant("helper", ["place.*"]);
  const authorization = `Bearer ${token}`;
  assert.equal((await post(at, { authorization }, "x".repeat(limits.mcpRequestBytes + 1))).status, 413);
  for (const body of ["", "{", "[]", "null", '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","method":"tools/list","id":1}', "\u0000".repeat(100)]) {
    const { status } = await post(at, { authorization }, body);
    assert.ok(status >= 400 && status < 500, `${body.slice(0, 20)}: ${status}`);
  }
  assert.equal((await post(at, { authorization, "content-type": "text/plain" })).status, 415);
  assert.equal((await post(at, { authorization }, "{}", "/mcp/other")).status, 404, "what is not there is the sync endpoint's to answer");
  assert.equal((await call(await overHttp(context, at.url, token), "about")).isError, false);
  assert.deepEqual(at.defects, []);
});

test("one that asks without end is told to wait, and another is answered", async (context) => {
  const at = await served(context);
  await at.state("place.home", "Lyon");
  const wild = await overHttp(context, at.url, (await at.assistant("wild", ["place.*"])).token);
  const calm = await overHttp(context, at.url, (await at.assistant("calm", ["place.*"])).token);
  const asks = async (count: number) => {
    const all = await Promise.all(Array.from({ length: count }, () => call(wild, "why", { claim: "none" })));
    return all.filter(({ text }) => text.startsWith("rate: too many calls")).length;
  };
  assert.equal(await asks(limits.assistantCallsBurst), 0);
  assert.equal(await asks(3), 3);
  at.now += 1_000;
  assert.equal(await asks(limits.assistantCallsPerSecond + 1), 1);
  assert.equal((await call(calm, "about")).isError, false);
});

test("sessions of one assistant are bounded, and those of another are its own", async (context) => {
  const at = await served(context);
  const [one, two] = [await at.assistant("one", ["place.*"]), await at.assistant("two", ["place.*"])];
  const initialize = (token: string) => {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "x", version: "1" } };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json, text/event-stream" };
    return fetch(at.url, { method: "POST", headers, body });
  };
  const sessions: string[] = [];
  for (let count = 0; count <= limits.mcpSessions; count++) {
    const reply = await initialize(one.token);
    await reply.text();
    sessions.push(reply.headers.get("mcp-session-id") ?? "");
  }
  const ping = (token: string, session = "") =>
    post(
      at,
      { authorization: `Bearer ${token}`, "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" },
      '{"jsonrpc":"2.0","id":2,"method":"ping"}',
    );
  assert.equal((await ping(one.token, sessions[0])).status, 404, "the one longest unused ended");
  assert.equal((await ping(one.token, sessions.at(-1))).status, 200);
  assert.equal((await ping(two.token, sessions.at(-1))).status, 404, "a session is nobody else's");
});

/** Waits until `is` holds: it fails by the test's own limit, however slow the machine. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 10));
}

interface Heard extends Array<string> {
  /** Resolves when its stream ends; a session of 2025 has none of its own. */
  ended?: Promise<unknown>;
}

async function watches(client: Client, uri: string, era: "legacy" | "modern"): Promise<Heard> {
  const heard: Heard = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    heard.push(params.uri);
  });
  client.setNotificationHandler("notifications/resources/list_changed", () => {
    heard.push("list");
  });
  if (era === "modern") heard.ended = (await client.listen({ resourceSubscriptions: [uri], resourcesListChanged: true })).closed;
  else await client.subscribeResource({ uri });
  return heard;
}

test("what changes while a session has no stream is told when the client opens one", async (context) => {
  const at = await served(context);
  await at.state("place.lived", "Lyon");
  const { token } = await at.assistant("helper", ["place.*"]);
  const uri = "fablepool://topic/self/place.lived";
  const late = Promise.withResolvers<void>();
  const heard = await watches(await overHttp(context, at.url, token, { streamFrom: late.promise }), uri, "legacy");
  // Its session began later: when it has heard, the other was told.
  const witness = await watches(await overHttp(context, at.url, token), uri, "legacy");
  await at.state("place.lived", "Nice");
  await until(() => witness.includes(uri) && witness.includes("list"));
  assert.deepEqual([...heard], []);
  late.resolve();
  await until(() => heard.includes(uri) && heard.includes("list"));
});

for (const era of eras) {
  test(`resources that change are told to who watches them, and to no other (${era})`, async (context) => {
    const at = await served(context);
    const [topic, claim] = ["fablepool://topic/self/place.lived", await at.state("place.lived", "Lyon")];
    const may = await overHttp(context, at.url, (await at.assistant("may", ["place.*"])).token, { era });
    const mayNot = await overHttp(context, at.url, (await at.assistant("may-not", ["preference.*"])).token, { era });
    const [heard, nothing] = [await watches(may, topic, era), await watches(mayNot, topic, era)];
    const { contents } = await may.readResource({ uri: topic });
    assert.match(JSON.stringify(contents), /Lyon/);
    await assert.rejects(mayNot.readResource({ uri: topic }), /not found/i);
    let town = 0;
    while (!heard.includes(topic) || !heard.includes("list")) {
      await at.state("place.lived", `Town ${town++}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(
      heard.every((uri) => uri === topic || uri === "list"),
      heard.join(),
    );
    heard.length = 0;
    await refute(at.node, [claim]);
    await until(() => heard.includes(topic));
    assert.doesNotMatch(JSON.stringify((await may.readResource({ uri: topic })).contents), /Lyon/);
    assert.deepEqual([...nothing], []);
    const { resources } = await may.listResources();
    assert.ok(resources.some(({ uri }) => uri === topic));
    assert.deepEqual(at.defects, []);
  });

  test(`an assistant that is removed hears nothing more, and its next call says why (${era})`, async (context) => {
    const at = await served(context);
    await at.state("place.home", "Lyon");
    const { token } = await at.assistant("helper", ["place.*"]);
    const client = await overHttp(context, at.url, token, { era });
    const heard = await watches(client, "fablepool://about", era);
    assert.equal((await call(client, "about")).isError, false);
    await removeAssistant(at.node, "helper", async () => null);
    await heard.ended; // at once, without another call
    await assert.rejects(call(client, "about"), /removed the assistant helper/);
    const before = heard.length;
    await at.state("place.work", "Paris");
    await assert.rejects(client.readResource({ uri: "fablepool://about" }), /removed the assistant helper/);
    assert.equal(heard.length, before);
  });

  test(`a grant that is revoked or expires ends it at the next call, over the same connection (${era})`, async (context) => {
    const at = await served(context);
    await at.state("place.home", "Lyon");
    const [one, two] = [await at.assistant("one", ["place.*"]), await at.assistant("two", ["place.*"])];
    const [first, second] = [await overHttp(context, at.url, one.token, { era }), await overHttp(context, at.url, two.token, { era })];
    assert.equal((await call(first, "about")).isError, false);
    await at.node.write([{ type: "cap_revoke", payload: { grant: one.record.grant } }]);
    assert.match((await call(first, "about")).text, /^unauthorized: access ended: the owner of this memory revoked the grant of one/);
    await assert.rejects(first.readResource({ uri: "fablepool://about" }), /revoked the grant of one/);
    assert.equal((await call(second, "about")).isError, false);
    at.now += 91 * 86_400_000;
    assert.match((await call(second, "about")).text, /the grant of two expired on/);
  });
}
