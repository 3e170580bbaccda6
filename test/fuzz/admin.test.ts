/** Requests to the operators' API of a hub, whole and damaged: none is a defect, and the operator is answered afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { adminApi } from "../../src/hub/admin/admin-api.ts";
import { deleteBody, invitationBody, nothingBody, noticeBody, quotaBody } from "../../src/hub/admin/admin-contract.ts";
import { adminLimits } from "../../src/hub/admin/admin-limits.ts";
import { characters, damaged, inOrder, oneOf } from "../../src/testkit/grammar.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { random as bytes, hostedDevice, testHub } from "../hub/hub-of-test.ts";
import { runs } from "../node/replicas.ts";
import { hex, mostly } from "./rules.ts";
import { ruleOf, type Schema } from "./schema-rules.ts";

const seed = Number(process.env["FABLEPOOL_SEED"] ?? 20_261_127);
const inputs = runs(300);
const token = "t0ken-".repeat(8);

test(`${inputs} requests to the operators' API (FABLEPOOL_SEED=${seed})`, { timeout: 3_600_000 }, async (t) => {
  await using hub = await testHub();
  const { pool } = await hostedDevice(hub.one);
  const { registry, database, front } = hub.one;
  const options = {
    registry,
    database,
    news: hub.news,
    clock: Date.now,
    random: bytes,
    token,
    hub: { url: "https://hub.example", front: front as Did },
  };
  const none = { named: {}, known: [pool] };
  const bodyOf = (schema: z.ZodType) => ruleOf(z.toJSONSchema(schema, { io: "input" }) as Schema, none);
  const poolPath = inOrder("/pools/", mostly(pool, inOrder("op%3A", hex(64)), inOrder("op:", hex(64)), characters("abc%/.:", 1, 20)));
  const routes = [
    { method: "GET", path: "/invitations" },
    { method: "POST", path: "/invitations", body: bodyOf(invitationBody) },
    { method: "DELETE", path: inOrder("/invitations/", oneOf(hex(16), characters("0123abc%", 1, 40))) },
    { method: "GET", path: oneOf("/pools", inOrder("/pools?after=", oneOf(pool, characters("abc%&=", 1, 20)))) },
    { method: "GET", path: poolPath },
    { method: "GET", path: inOrder(poolPath, "/export") },
    { method: "POST", path: inOrder(poolPath, "/suspend"), body: bodyOf(noticeBody) },
    { method: "POST", path: inOrder(poolPath, "/resume"), body: bodyOf(nothingBody) },
    { method: "PUT", path: inOrder(poolPath, "/quota"), body: bodyOf(quotaBody) },
    { method: "DELETE", path: inOrder("/pools/op:", hex(64)), body: bodyOf(deleteBody) },
  ];
  const random = seededRandom(seed);
  const counted = new Map<number, number>();
  let api = adminApi(options);
  for (let count = 0; count < inputs; count++) {
    if (count % adminLimits.rateBurst === 0) api = adminApi(options); // whoever asks so often is told to wait
    const { method, path, body } = random.pick(routes);
    const at = typeof path === "string" ? path : path(random);
    const whole = body?.(random) ?? "";
    const sent = body !== undefined && random.once(3) ? damaged(random, whole, body(random)) : whole;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const what = `${method} ${at} ${sent.slice(0, 500)}`;
    const reply = await api.fetch(
      new Request(`http://127.0.0.1${at}`, { method, headers, ...(method === "GET" ? {} : { body: sent.toWellFormed() }) }),
    );
    const text = await reply.text();
    assert.ok(reply.status < 500, `${reply.status} ${text.slice(0, 300)} for ${what}`);
    counted.set(reply.status, (counted.get(reply.status) ?? 0) + 1);
  }
  const headers = { authorization: `Bearer ${token}` };
  const shown = await adminApi(options).fetch(new Request(`http://127.0.0.1/pools/${pool}`, { headers }));
  assert.equal(shown.status, 200, "the pool is as it was: none of these named it to be deleted");
  t.diagnostic(`answered: ${[...counted].map(([status, count]) => `${count} by ${status}`).join(", ")}`);
});
