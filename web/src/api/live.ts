/** What the node tells by itself: a kept response of server-sent events, taken up again when it breaks. */
import { put, refresh } from "./answers.ts";
import { touched } from "./change.ts";
import { problemOf, request } from "./client.ts";
import { connection } from "./connection.ts";
import type { Events } from "./contract.ts";

type Name = keyof Events;
export type LiveEvent = { [Each in Name]: { readonly name: Each; readonly data: Events[Each] } }[Name];

const listeners = new Set<(event: LiveEvent) => void>();

/** Calls `listener` for every event until the returned function is called. */
export function onLive(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Waits between attempts, ms: soon at first, then rarely enough to cost nothing. */
const waits = [300, 1_000, 2_000, 5_000, 10_000];

/** Follows the node until `signal` fires. After a break everything that is looked at is asked for again. */
export async function followNode(signal: AbortSignal): Promise<void> {
  let isFirst = true;
  for (let failures = 0; !signal.aborted && connection() !== "closed"; failures++) {
    try {
      const response = await request("/events", { signal });
      if (!response.ok || response.body === null) throw problemOf(response.status, await response.text());
      if (!isFirst) touched();
      [isFirst, failures] = [false, 0];
      for await (const event of eventsIn(response.body)) hear(event);
    } catch {
      if (signal.aborted) return;
    }
    await pause(waits[Math.min(failures, waits.length - 1)] ?? 10_000, signal);
  }
}

function hear(event: LiveEvent): void {
  if (event.name === "changed") soonTouched();
  if (event.name === "state") refresh((path) => path === "/status");
  if (event.name === "sync") refresh((path) => path === "/sync" || path === "/devices");
  if (event.name === "import") put(`/imports/${event.data.job.id}`, event.data.job);
  for (const listener of listeners) listener(event);
}

/** Many changes at once are one to who looks; a stream of them is shown now and then all the same. */
const gatherMs = 250;
let isGathering = false;

function soonTouched(): void {
  if (isGathering) return;
  isGathering = true;
  setTimeout(() => {
    isGathering = false;
    touched();
  }, gatherMs);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
  });
}

/** A node that never ends an event is not ours. */
const pendingMax = 4_000_000;

async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    pending += decoder.decode(value, { stream: true });
    const blocks = pending.split("\n\n");
    pending = blocks.pop() ?? "";
    if (pending.length > pendingMax) throw new RangeError("an event without end");
    for (const block of blocks) {
      const event = eventOf(block);
      if (event) yield event;
    }
  }
}

function eventOf(block: string): LiveEvent | null {
  const lines = block.split("\n");
  const name = lines
    .find((line) => line.startsWith("event:"))
    ?.slice(6)
    .trim();
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  return name === undefined || data.length === 0 ? null : ({ name, data: JSON.parse(data.join("\n")) } as LiveEvent);
}
