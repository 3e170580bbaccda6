/** That the pool of this home is served by a hub from now on: its own note, by which a process that serves it stops. In no log. */
import { limits } from "../../core/limits.ts";
import { Doorbell } from "../doorbell.ts";
import type { Node } from "../open-node.ts";

const mark = "moved-to";

/** `url` null: it is served here again. */
export async function noteMoved({ replica }: Pick<Node, "replica">, url: string | null): Promise<void> {
  if ((await movedTo({ replica })) !== url) await replica.store.write((tx) => tx.setLocal(mark, url));
}

function movedTo({ replica }: Pick<Node, "replica">): Promise<string | null> {
  return replica.store.read((reader) => reader.local(mark));
}

/** Resolves with the hub's address once some process has moved this home, or with null when `signal` fires. */
export async function whenMoved(node: Pick<Node, "replica">, signal: AbortSignal): Promise<string | null> {
  const bell = new Doorbell();
  const ring = () => bell.ring();
  signal.addEventListener("abort", ring, { once: true });
  for (;;) {
    if (signal.aborted) return null;
    const url = await movedTo(node);
    if (url !== null) return url;
    await bell.wait(limits.movedPollMs);
  }
}
