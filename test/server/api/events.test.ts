/** What goes on is told: changes of this process and of others on the same home, imports, syncs; who does not read is dropped. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import type { OpId } from "../../../src/core/op/operation.ts";
import { addDevice, homeAt, newDevice, refute, stateClaim } from "../../../src/node/index.ts";
import * as contract from "../../../src/server/api/contract.ts";
import { startInspector } from "../../../src/server/api/index.ts";
import { type Inspecting, inspecting, withNode } from "./inspecting.ts";

const empty = { fill: async () => {} };

interface Heard {
  /** The next event of this name that fits, those before it included; fails after 20 s. */
  next<Name extends keyof contract.Events>(name: Name, fits?: (data: contract.Events[Name]) => boolean): Promise<contract.Events[Name]>;
  stop(): void;
  readonly ended: Promise<void>;
}

async function listen({ inspector: { url, token } }: Pick<Inspecting, "inspector">): Promise<Heard> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, { headers: { authorization: `Bearer ${token}` }, signal: stop.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const came: { name: string; data: unknown }[] = [];
  const watchers = new Set<() => void>();
  const read = async () => {
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (rest + chunk).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const [, name = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
        const schema = contract.events[name as keyof typeof contract.events];
        came.push({ name, data: schema.strict().parse(JSON.parse(data)) });
      }
      for (const watch of watchers) watch();
    }
  };
  const ended = read().catch(() => undefined);
  return {
    ended,
    stop: () => stop.abort(),
    next: (name, fits = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new RangeError(`no ${name} came: ${JSON.stringify(came).slice(0, 1_000)}`)), 20_000);
        const look = () => {
          const found = came.find((each) => each.name === name && fits(each.data as never));
          if (found === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(found.data as never);
        };
        watchers.add(look);
        look();
      }),
  };
}

test("what this process and what another one writes is told, with the claims that it touches", () =>
  inspecting("events", empty, async (on) => {
    const heard = await listen(on);
    await heard.next("ping");
    const own = await on.send(contract.claim, "/api/claims", { subject: "self", predicate: "place.home", object: "Lund" });
    const change = await heard.next("changed", ({ ids }) => ids.includes(own.id));
    assert.deepEqual([change.operations, change.claims], [1, [own.id]]);
    const { id, judgement } = await withNode(on.home, async (node) => {
      const stated = await stateClaim(node, { subject: "self", predicate: "preference.likes", object: "tea" });
      return { id: stated, judgement: await refute(node, [own.id as OpId]) };
    });
    await heard.next("changed", ({ claims }) => claims.includes(id));
    const judged = await heard.next("changed", ({ ids }) => ids.includes(judgement));
    assert.ok(judged.claims.includes(own.id));
    assert.equal((await on.get(contract.wholeClaim, `/api/claims/${own.id}`)).status, "refuted");
    heard.stop();
  }));

test("founding and importing are told as they go", () =>
  inspecting("founding", {}, async (on) => {
    const heard = await listen(on);
    await on.send(contract.foundedPool, "/api/pool", { name: "laptop" });
    await heard.next("state", ({ state }) => state === "open");
    const job = await on.send(contract.importJob, "/api/imports/sample", {});
    const done = await heard.next("import", ({ job: told }) => told.id === job.id && told.ended !== null);
    assert.equal(done.job.state, "done");
    heard.stop();
  }));

test("two devices: one joins the other's inspector, and what is said on either appears on both by itself", () =>
  inspecting("two", {}, async (on) => {
    await on.send(contract.foundedPool, "/api/pool", { name: "laptop" });
    const home = homeAt(`${on.folder}/phone`);
    const phone = await newDevice(home, { name: "phone", passphrase: null });
    const { pool } = await on.get(contract.status, "/api/status");
    await withNode(on.home, (node) => addDevice(node, { key: phone.writer.did, role: "full", name: "phone" }));
    await phone.replica.store.write((tx) => tx.setPool(pool as OpId));
    await phone.close();
    const inspector = await startInspector({
      home,
      version: "0.0.0",
      ask: async () => null,
      port: 0,
      pageFolder: null,
      sampleFolder: null,
      onDefect: (error) => assert.fail(String(error)),
    });
    const ask = async (path: string, body?: object) => {
      const headers = { authorization: `Bearer ${inspector.token}`, "content-type": "application/json" };
      const response = await fetch(inspector.url + path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
      return (await response.json()) as Record<string, never>;
    };
    const [here, there] = [await listen(on), await listen({ inspector })];
    try {
      await ask("/api/sync", { url: on.inspector.url });
      await there.next("sync", ({ peer }) => peer.state === "live");
      const said = await on.send(contract.claim, "/api/claims", { subject: "self", predicate: "place.home", object: "Lund" });
      await there.next("changed", ({ claims }) => claims.includes(said.id));
      const answered = await ask("/api/claims", { subject: "self", predicate: "place.home", object: "Malmö" });
      const id: string = answered["id"] as never;
      await here.next("changed", ({ claims }) => claims.includes(id));
      assert.equal((await on.get(contract.wholeClaim, `/api/claims/${said.id}`)).lost_to?.id, id);
      const sync = contract.sync.parse(await ask("/api/sync"));
      assert.deepEqual(
        [sync.peers.length, sync.peers[0]?.name, sync.peers[0]?.state, sync.serving?.url],
        [1, "laptop", "live", inspector.url],
      );
      assert.notEqual(sync.peers[0]?.last_contact, null);
      const devices = await on.get(contract.devices, "/api/devices");
      assert.notEqual(devices.items.find(({ name }) => name === "phone")?.last_contact, null);
    } finally {
      here.stop();
      await inspector.close();
    }
    await there.ended;
  }));

test("a page that listens and does not read keeps neither others from hearing nor the server from closing", () =>
  inspecting("deaf", empty, async (on) => {
    const { port, token } = on.inspector;
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
    const heard = await listen(on);
    const said = await on.send(contract.claim, "/api/claims", { subject: "self", predicate: "preference.likes", object: "tea" });
    await heard.next("changed", ({ ids }) => ids.includes(said.id));
    heard.stop();
  }));
