import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import {
  checkWritable,
  forgetOverGrants,
  indexWhenQuiet,
  keepBackups,
  noteMoved,
  openAdmissions,
  readSettings,
  systemWords,
  whenMoved,
  writeSettings,
} from "../../node/index.ts";
import { isLoopbackHost } from "../../transport/authority.ts";
import { fingerprintOf } from "../../transport/fingerprint.ts";
import { action, ended } from "../context.ts";
import { mcpRoom, serverRoom, transportRoom } from "../rooms.ts";
import { toPort } from "../values.ts";
import { backupEvents } from "./backup.ts";
import { keepInSync } from "./sync-live.ts";

export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: boolean;
  readonly cert?: string;
  readonly key?: string;
  readonly live?: boolean;
  readonly authority: string[];
}

/** Where a command that serves is reached, and by which certificate. */
export function addressOptions(command: Command, port: number): void {
  command
    .option("--host <address>", "the address to listen at", "127.0.0.1")
    .option("--port <number>", "the port; 0 takes a free one", toPort, port)
    .option("--tls", "serve HTTPS with a certificate made for this run (the node's key proves who it is)")
    .option("--cert <file>", "a certificate of your own, PEM")
    .option("--key <file>", "its private key, PEM")
    .option("--authority <host:port...>", "other names it is reached by (behind a proxy, say)", []);
}

export function serveCommand(program: Command): void {
  const command = program
    .command("serve")
    .summary("let your other devices sync with this one")
    .description(
      "Serves fpl-sync/1 until Ctrl-C. Only devices of your pool learn anything, and grantees the slices that\n" +
        "you granted them: every request and reply is signed. Your assistants are answered at /mcp, on this machine alone.\n" +
        "On this machine alone (127.0.0.1) plain HTTP will do; for others to reach it: --host 0.0.0.0 --tls.",
    )
    .option("--live", "stay in sync with the devices that this one synced with before, too, as `sync --live` does");
  addressOptions(command, 7411);
  action<[ServeOptions]>(command, async (context, options) => {
    const { home, output, signal } = context;
    return context.withNode(async (node) => {
      checkWritable(node.replica.store);
      const role = await node.role();
      if (role !== "full" && role !== "mirror")
        throw new PoolError("role", `only a full or mirror device serves; this one is ${role ?? "no device of a pool yet"}`);
      const { rehearse, serviceOptionsOf, startServer } = await serverRoom();
      await forgetOverGrants(node.replica, node.writer.clock());
      const settings = readSettings(home);
      await noteMoved(node, null); // whoever serves it again wants it served here
      const { tls } = await tlsOf(options);
      const certificate = tls ? fingerprintOf(new X509Certificate(tls.cert)) : undefined;
      const admissions = await openAdmissions(node.replica);
      const { mcpEndpoint, mcpPath } = await mcpRoom();
      const report = (error: unknown) => output.problem(`for an assistant: ${error instanceof Error ? error.message : error}`);
      const mcp = mcpEndpoint({ node, ask: context.askOnce, news: admissions, report });
      const { host, port, authority } = options;
      const served = serviceOptionsOf(node, admissions, { host, authorities: authority, certificate, ...(tls ? { tls } : {}) });
      const server = await startServer({ ...served, port, beside: [{ path: mcpPath, answer: (request) => mcp.answer(request) }] });
      const stops = [() => mcp.close(), () => server.close(), () => admissions.close()];
      try {
        await rehearse(node, server);
        const addresses = await addressesOf(server.url, host);
        writeSettings(home, { ...settings, address: addresses[0] ?? server.url, localAddress: server.url });
        const at = addresses.map((address) => `\n  at ${address}`).join("");
        output.result({ url: server.url, addresses, node: node.writer.did }, `serving ${node.writer.did}${at}\n  until Ctrl-C`);
        stops.push(indexWhenQuiet(node.replica), keepBackups(node, backupEvents(output)));
        const stopped = ended(signal);
        const following = new AbortController();
        const followed = options.live
          ? keepInSync({ ...context, signal: AbortSignal.any([signal, following.signal]) }, node, admissions, settings.peers)
          : Promise.resolve();
        const quiet = followed.catch((error: Error) => output.problem(error.message));
        const elsewhere = await Promise.race([stopped.then(() => null), whenMoved(node, signal)]);
        output.note(elsewhere === null ? "closing" : `this pool is served by the hub at ${elsewhere} from now on: closing`);
        following.abort();
        await quiet;
        return undefined;
      } finally {
        for (const stop of stops) await stop();
      }
    });
  });
}

/** Where it is reached, for invitations: who listens at every address is reached by those of its networks first. */
async function addressesOf(url: string, host: string): Promise<string[]> {
  if (host !== "0.0.0.0" && host !== "::" && host !== "[::]") return [url];
  const { networkAddresses } = await transportRoom();
  const { port, protocol } = new URL(url);
  return [...networkAddresses().map((address) => `${protocol}//${address}:${port}`), url];
}

export async function tlsOf({ tls, cert, key, host }: ServeOptions): Promise<{ tls?: { cert: string; key: string } }> {
  if ((cert === undefined) !== (key === undefined)) throw new PoolError("usage", "--cert and --key come together");
  if (cert !== undefined && key !== undefined) {
    try {
      return { tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } };
    } catch (error) {
      throw new PoolError("not_found", `can't read the certificate: ${systemWords(error)}`);
    }
  }
  if (!tls && !isLoopbackHost(host))
    throw new PoolError(
      "usage",
      `${host} is reached over a network, where memories are served over TLS alone: add --tls, or --cert and --key`,
    );
  return tls ? { tls: (await serverRoom()).selfSignedCertificate(host) } : {};
}
