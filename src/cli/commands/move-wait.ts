/** The part of `move` in which nothing is moved any more: this home goes on until its other devices have found the hub. */
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import {
  type ConnectHub,
  devicesNotSeen,
  followPeers,
  type Hub,
  type Node,
  openAdmissions,
  readSettings,
  type SeenDevice,
  syncLive,
} from "../../node/index.ts";
import { agree } from "../agree.ts";
import type { Context } from "../context.ts";
import { nameOf } from "../device-text.ts";

/** Resolves when no device is missing there: with none, or with null when the hub does not tell and the person says so. */
export async function untilFound(
  context: Context,
  node: Node,
  hub: Hub,
  connect: ConnectHub,
  yes: boolean,
): Promise<readonly SeenDevice[] | null> {
  const { output, signal } = context;
  const over = new AbortController();
  const admissions = await openAdmissions(node.replica);
  // What is written on either side meanwhile is on the other at once.
  const following = followPeers(node, admissions, {
    peers: readSettings(context.home).peers,
    signal: AbortSignal.any([signal, over.signal]),
    follow: ({ isHub, ...peer }, stop) =>
      syncLive(node, admissions, { ...peer, waits: isHub, signal: stop, onState: () => undefined, onReport: () => undefined }),
  });
  try {
    for (let told = ""; ; ) {
      const missing = await devicesNotSeen(node, hub, { connect, signal });
      if (missing === null) return await askPerson(yes);
      if (missing.length === 0) return [];
      const names = missing.map(nameOf).join(", ");
      if (names !== told)
        output.note(`Waiting for ${names} to find the hub: they do at their next sync. Ctrl-C, and --now goes on without them.`);
      told = names;
      await rest(signal);
    }
  } finally {
    over.abort();
    await following;
    await admissions.close();
  }
}

/** A hub need not tell who was there. */
async function askPerson(yes: boolean): Promise<null> {
  const noOne = "this hub does not tell which devices have found it: --now goes on without knowing";
  if (yes || (await agree("This hub does not tell which devices have found it. Have all of yours synced since?", noOne))) return null;
  throw new PoolError("interrupted", "the pool is at the hub, and this home goes on serving: `fablepool move` again goes on");
}

async function rest(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, limits.seenPollMs);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
  });
  if (signal.aborted)
    throw new PoolError(
      "interrupted",
      "interrupted: the pool is at the hub, and this home goes on serving; `fablepool move` again goes on",
    );
}
