/** Being told of changes, in both eras of the protocol. */
import type { Client } from "@modelcontextprotocol/client";
import { asPoolError } from "./failures.ts";

type Listeners = Map<string, Set<() => void>>;

/** Of each connection: whom to call for which resource. */
const watching = new WeakMap<Client, Listeners>();

export async function watchResource(client: Client, uri: string, listener: () => void): Promise<() => Promise<void>> {
  const listeners = listenersOf(client);
  const own = listeners.get(uri) ?? new Set();
  listeners.set(uri, own.add(listener));
  try {
    const stop = await subscribed(client, uri);
    return async () => {
      own.delete(listener);
      if (own.size === 0) listeners.delete(uri);
      await stop(own.size === 0);
    };
  } catch (error) {
    own.delete(listener);
    throw asPoolError(error);
  }
}

async function subscribed(client: Client, uri: string): Promise<(isLast: boolean) => Promise<void>> {
  if (client.getProtocolEra() === "modern") {
    const subscription = await client.listen({ resourceSubscriptions: [uri] });
    return () => subscription.close();
  }
  await client.subscribeResource({ uri });
  return async (isLast) => {
    if (isLast) await client.unsubscribeResource({ uri });
  };
}

function listenersOf(client: Client): Listeners {
  const known = watching.get(client);
  if (known !== undefined) return known;
  const listeners: Listeners = new Map();
  watching.set(client, listeners);
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    for (const listener of listeners.get(params.uri) ?? []) listener();
  });
  return listeners;
}
