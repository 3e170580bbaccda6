/** What goes on, as it goes on: a stream of server-sent events, read by `fetch` so that the token can be sent. */
import { z } from "@hono/zod-openapi";
import { limits } from "../../../core/limits.ts";
import { Refused } from "../../refused.ts";
import type { ApiContext, Endpoint } from "../endpoint.ts";
import { eventText } from "../event-hub.ts";
import type { Session } from "../session.ts";

export const eventEndpoints: readonly Endpoint[] = [
  {
    method: "get",
    path: "/api/events",
    summary: "What goes on: `changed`, `state`, `sync`, `import`, `pairing` and `ping` as server-sent events, each with one JSON value",
    tag: "Events",
    gives: "text/event-stream",
    answer: z.string(),
    stream: async (context, session) => eventStream(context, session),
  },
];

function eventStream(context: ApiContext, session: Session): Response {
  if (session.events.isFull) throw new Refused(429, "rate", "too many pages listen already: close one");
  const encoder = new TextEncoder();
  let stop = () => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          stop();
          controller.close();
        };
        const send = (text: string) => {
          // Who does not read is dropped, and asks anew when it comes back: what it missed is not kept for it.
          if ((controller.desiredSize ?? 0) <= 0) end();
          else controller.enqueue(encoder.encode(text));
        };
        const ping = setInterval(() => send(eventText("ping", { now: Date.now() })), limits.eventPingMs);
        const unsubscribe = session.events.subscribe(send, end);
        stop = () => {
          clearInterval(ping);
          unsubscribe();
        };
        send(eventText("ping", { now: Date.now() }));
      },
      cancel: () => stop(),
    },
    { highWaterMark: limits.eventBufferBytes, size: (chunk) => chunk?.length ?? 0 },
  );
  const headers = { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no" };
  context.env.incoming.socket.setNoDelay(true);
  return new Response(stream, { headers });
}
