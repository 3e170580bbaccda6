/** Spans of a request hang together down to the store and the news, and tell nothing of what was in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStore } from "../../../src/store/index.ts";
import { observedProcess, opId } from "./observed-process.ts";
import { type Recorded, recordSpans } from "./recording.ts";

const spans = recordSpans();
const pool = opId(1);
const given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** A push, as a hub answers it: what it goes through is here, without sockets. */
async function pushed(trustTraceparent: boolean, traceparent: string | null): Promise<Recorded[]> {
  spans.length = 0;
  using seen = observedProcess({ trustTraceparent });
  const { observe } = seen;
  const store = observe.store(openMemoryStore());
  const told: string[] = [];
  const news = observe.news({
    tell: (id) => void told.push(id),
    subscribe: () => () => {},
    isConnected: () => true,
    close: async () => {},
  });
  const handler = observe.handler(async () => {
    await store.write(async () => undefined);
    news.tell(pool);
    return { type: "error", code: "storage", error: "marked words" };
  }, pool);
  await observe.entry(traceparent, async () => {
    await handler({ type: "push", ops: ["marked words"] }, "did:key:marked");
    observe.request({ type: "push", status: 200, code: "storage", ms: 3 }, pool);
  });
  assert.deepEqual(told, [pool]);
  return [...spans];
}

test("request, handler, store and news are one trace, each in the one around it", async () => {
  const [request, handle, write, news] = await pushed(false, null);
  assert.deepEqual([request?.name, handle?.name, write?.name, news?.name], ["fpl-sync request", "handle", "store write", "news"]);
  assert.equal(request?.parent, undefined);
  assert.equal(handle?.parent?.spanId, request?.own.spanId);
  for (const inner of [write, news]) assert.equal(inner?.parent?.spanId, handle?.own.spanId);
  assert.ok(spans.every(({ ended }) => ended));
  assert.equal(request?.attributes["fablepool.message"], "push");
  assert.equal(request?.attributes["fablepool.code"], "storage");
  const told = JSON.stringify(spans);
  for (const word of ["marked", pool, "did:key"]) assert.ok(!told.includes(word), word);
});

test("traceparent leads on from a trusted proxy, and is not believed without", async () => {
  const [trusted] = await pushed(true, given);
  assert.equal(trusted?.parent?.spanId, "b7ad6b7169203331");
  assert.equal(trusted?.own.traceId, "0af7651916cd43dd8448eb211c80319c");
  for (const [trust, header] of [
    [false, given],
    [true, `${given}-x`],
    [true, given.replace("b7ad6b7169203331", "0".repeat(16))],
    [true, null],
  ] as const) {
    const [request] = await pushed(trust, header);
    assert.equal(request?.parent, undefined, `${trust} ${header}`);
  }
});

test("what fails marks its span, without its words", async () => {
  spans.length = 0;
  using seen = observedProcess();
  const store = seen.observe.store(openMemoryStore());
  await assert.rejects(store.read(() => Promise.reject(new TypeError("marked words"))));
  assert.equal(spans[0]?.status.code, 2);
  assert.ok(!JSON.stringify(spans).includes("marked"));
});
