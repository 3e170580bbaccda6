import type { Command } from "commander";
import { answerAsDelegate, isKnownToDelegate, nativeCrypto, type RefreshEvent, startRefreshing, system } from "../../node/index.ts";
import { action, ended } from "../context.ts";
import { connecting, withDelegate } from "../delegate-context.ts";
import { pulledText, purgedText, sentText } from "../delegate-text.ts";
import { serverRoom } from "../rooms.ts";
import { shortId } from "../text.ts";
import { addressOptions, type ServeOptions, tlsOf } from "./serve.ts";

/** `delegate serve`: a delegate that runs. */
export function delegateServeCommand(group: Command): void {
  const command = group
    .command("serve")
    .summary("keep slices in order, and answer the owners' challenges")
    .description(
      "Until Ctrl-C: pulls each grant often enough that a withdrawal reaches it, deletes each slice in the moment it ends, delivers\n" +
        "receipts until they are acknowledged, and answers the devices of those who granted what it holds, and nobody else.\n" +
        "On this machine alone (127.0.0.1) plain HTTP will do; for others to reach it: --host 0.0.0.0 --tls.",
    );
  addressOptions(command, 7412);
  action<[ServeOptions]>(command, async (context, options) =>
    withDelegate(context, async (delegate) => {
      const { output, signal } = context;
      const { startServer } = await serverRoom();
      const server = await startServer({
        handler: (message, key) => answerAsDelegate(delegate, message, key),
        knows: (key) => isKnownToDelegate(delegate, key),
        self: delegate.key,
        crypto: nativeCrypto,
        ...system,
        host: options.host,
        port: options.port,
        authorities: options.authority,
        ...(await tlsOf(options)),
      });
      const { did } = delegate.key;
      output.result({ url: server.url, delegate: did }, `serving ${did}\n  at ${server.url}\n  until Ctrl-C`);
      const refreshing = startRefreshing(delegate, {
        connect: await connecting(delegate),
        timer: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        onEvent: (event) => (event.kind === "failed" ? output.problem(eventText(event)) : output.note(eventText(event))),
      });
      await ended(signal);
      output.note("closing");
      await server.close();
      await refreshing.stop();
      return undefined;
    }),
  );
}

function eventText(event: RefreshEvent): string {
  switch (event.kind) {
    case "pulled":
      return pulledText(event.pulled);
    case "purged":
      return purgedText(event.purged);
    case "receipt":
      return sentText(event.sent);
    case "failed":
      return `${event.grant === null ? "" : `${shortId(event.grant)}  `}${event.error.message}`;
  }
}
