/** All kept connections of a server (live/1): how many there may be, who is told what, and whose are closed. */
import { PoolError } from "../core/errors.ts";
import type { JsonObject } from "../core/ports.ts";
import { refusal } from "../core/sync/messages.ts";
import type { Handler } from "../transport/transport.ts";
import type { HttpLimits } from "./http-limits.ts";
import { closing, type LiveConnection } from "./live-connection.ts";
import { isRefusal } from "./sync-route.ts";

/** Where a server hears that operations were admitted. */
export interface News {
  /** Calls `listener` after some were; returns how to stop. */
  subscribe(listener: () => void): () => void;
}

export class LiveConnections {
  readonly #handler: Handler;
  readonly #limits: HttpLimits;
  /** Oldest first. */
  readonly #open = new Set<LiveConnection>();
  readonly #unsubscribe: () => void;
  #isDue = false;
  #telling = false;

  constructor(options: { readonly handler: Handler; readonly limits: HttpLimits; readonly news: News }) {
    this.#handler = options.handler;
    this.#limits = options.limits;
    this.#unsubscribe = options.news.subscribe(() => {
      this.#isDue = true;
      if (!this.#telling) void this.#tell();
    });
  }

  /** True when another one of `key` may come; its oldest goes when it has too many. */
  makeRoom(key: string): boolean {
    const own = [...this.#open].filter((each) => each.key === key);
    const oldest = own.length >= this.#limits.livePerKey ? own[0] : undefined;
    if (oldest !== undefined) {
      this.#open.delete(oldest);
      oldest.end(closing.policy, "this device opened another connection");
    }
    return this.#open.size < this.#limits.liveConnections;
  }

  add(connection: LiveConnection): void {
    this.#open.add(connection);
    connection.onClose(() => this.#open.delete(connection));
  }

  /** Heads as `key` may see them. Rejects with the code `unauthorized` when it may see none, so that there is nothing to keep a connection for. */
  async headsFor(key: string): Promise<JsonObject> {
    const hello = await this.#handler({ type: "hello" }, key);
    const heads = hello["heads"];
    if (typeof heads === "object" && heads !== null) return heads as JsonObject;
    if (hello["type"] !== "error" || isRefusal(hello)) {
      const { error = refusal.error, why } = hello;
      throw new PoolError("unauthorized", String(error), typeof why === "string" ? { why } : {});
    }
    throw new PoolError("storage", "this can't be answered now");
  }

  close(): void {
    this.#unsubscribe();
    for (const connection of this.#open) connection.end(closing.leaving, "the server is closing");
  }

  /** After each change: heads to everyone, as each may see them. Who may see none any more was removed: its connections end. */
  async #tell(): Promise<void> {
    this.#telling = true;
    while (this.#isDue) {
      this.#isDue = false;
      for (const key of new Set([...this.#open].map((each) => each.key))) {
        const heads = await this.headsFor(key).catch((error: PoolError) => error);
        for (const connection of this.#open) {
          if (connection.key !== key) continue;
          if (!(heads instanceof PoolError)) connection.notify(heads);
          // A reason has 123 bytes at most, which a word of host/1 keeps to, and the texts of this server.
          else
            connection.end(heads.code === "unauthorized" ? closing.policy : closing.tooMuch, String(heads.details["why"] ?? heads.message));
        }
      }
      await new Promise((resolve) => setTimeout(resolve, this.#limits.notifyMs).unref());
    }
    this.#telling = false;
  }
}
