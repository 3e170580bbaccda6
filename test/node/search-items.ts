/** Evidence and searches for tests of finding. */
import type { Draft } from "../../src/core/op/create.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import type { Replica } from "../../src/node/replica.ts";
import { type Found, type Search, search } from "../../src/node/search.ts";
import { writeDrafts } from "../../src/node/write.ts";
import type { Pool } from "./replicas.ts";

/** An item of a source, under its name there. */
export function item(name: string, kind: string, content: JsonObject, more: JsonObject = {}): Draft {
  const source = { adapter: "test", version: "1" };
  return { type: "evidence", payload: { source, origin: "import", external_id: name, kind, content, ...more } };
}

export function note(title: string, text: string, at?: string): Draft {
  return item(`note ${title} ${text} ${at}`, "note", { title, text }, at === undefined ? {} : { observed_at: Date.parse(at) });
}

export async function write({ replica, phone }: Pool, ...drafts: readonly Draft[]): Promise<OpId[]> {
  return writeDrafts(replica, phone, drafts);
}

export async function find(replica: Replica, text: string, more: Partial<Search> = {}): Promise<Found[]> {
  return search(replica, { text, limit: 20, ...more });
}

export async function titles(replica: Replica, text: string, more: Partial<Search> = {}): Promise<string[]> {
  return (await find(replica, text, more)).map(({ title }) => title);
}
