import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { chatgpt } from "../../src/importers/assistants/chatgpt/chatgpt.ts";
import { claude } from "../../src/importers/assistants/claude.ts";
import { mcpMemory } from "../../src/importers/assistants/mcp-memory.ts";
import { mem0 } from "../../src/importers/assistants/mem0.ts";
import type { EvidenceDraft, Importer } from "../../src/importers/importer.ts";
import { instagram } from "../../src/importers/messages/instagram.ts";
import { smsBackup } from "../../src/importers/messages/sms-backup/sms-backup.ts";
import { telegram } from "../../src/importers/messages/telegram/telegram.ts";
import { whatsapp } from "../../src/importers/messages/whatsapp/whatsapp.ts";
import { walk } from "../../src/importers/walk.ts";
import { sourceOf } from "./import-all.ts";
import { checked } from "./messages-checks.ts";

// Development data of many public projects, which lie beside the checkout and aren't shipped with it.
const data = join(import.meta.dirname, "../../../shared/data");
const person = "persona/lifebench-lumingqiang/native";
const skip = existsSync(data) ? false : `there is no development data at ${data}`;

/** Every export of a conversation in the data, what reads it, and how many items are in it. */
const exported: readonly (readonly [string, Importer, number])[] = [
  ["messages/whatstk/pokemon.txt", whatsapp, 20],
  ["messages/whatstk/lorem-merge-part1.txt", whatsapp, 300],
  ["messages/whatstk/lorem-merge-part2.txt", whatsapp, 300],
  ["messages/chat-miner/whatsapp/test_ddmmyy_24hrs.txt", whatsapp, 9],
  ["messages/chat-miner/whatsapp/test_mmddyyyy_12hrs.txt", whatsapp, 9],
  ["messages/chat-miner/telegram/test_single_export.json", telegram, 2],
  ["messages/chat-miner/instagram/test_export.json", instagram, 2],
  // Two messages stand in it twice.
  [`${person}/sms.xml`, smsBackup, 565],
  [`${person}/calls.xml`, smsBackup, 64],
  [`${person}/chatgpt/conversations.json`, chatgpt, 1_384],
];

function draftsIn(name: string, importer: Importer): readonly EvidenceDraft[] {
  const { drafts, problems } = checked(importer, name, readFileSync(join(data, name)));
  assert.deepEqual(problems, [], name);
  return drafts;
}

interface Place {
  readonly file: string;
  readonly key: string | { readonly date: number; readonly address: string };
}

function placesOf(part: string): Place[] {
  const ids = JSON.parse(readFileSync(join(data, person, "ids.json"), "utf8")) as Record<string, Record<string, Place[]>>;
  return Object.values(ids[part] ?? {}).flat();
}

describe("the development data's conversations", { skip }, () => {
  for (const [name, importer, items] of exported) {
    it(`are read whole and without a problem: ${name}`, () => {
      assert.equal(draftsIn(name, importer).length, items);
    });
  }

  it("are recognised by the one importer that reads them, without their names", () => {
    const all = new Set(exported.map(([, importer]) => importer));
    for (const [name, importer] of exported) {
      const file = sourceOf("", readFileSync(join(data, name)));
      assert.deepEqual(
        [...all].filter((one) => one.recognises(file)),
        [importer],
        name,
      );
    }
  });

  it("are all that is recognised as a conversation", async () => {
    const all = [...new Set(exported.map(([, importer]) => importer)), claude, mcpMemory, mem0];
    for await (const { path, name } of walk([data])) {
      const own = exported.find(([known]) => known === relative(data, path))?.[1];
      const file = sourceOf(name, readFileSync(path));
      assert.deepEqual(
        all.filter((one) => one.recognises(file)),
        own === undefined ? [] : [own],
        path,
      );
    }
  });

  it("have a message and a call for every place that a question names", () => {
    for (const [part, name] of [
      ["sms", "sms.xml"],
      ["call", "calls.xml"],
    ] as const) {
      const drafts = draftsIn(`${person}/${name}`, smsBackup);
      const told = new Set(drafts.map(({ observed_at, content }) => `${observed_at} ${content["number"]}`));
      const places = placesOf(part);
      assert.ok(places.length > 50);
      for (const { key } of places) assert.ok(typeof key === "object" && told.has(`${key.date} ${key.address}`), JSON.stringify(key));
    }
  });

  it("have turns for every conversation that a question names, half of them the person's own", () => {
    const drafts = draftsIn(`${person}/chatgpt/conversations.json`, chatgpt);
    const told = new Set(drafts.map(({ external_id }) => external_id.split("/")[0]));
    const places = placesOf("agent_chat");
    assert.ok(places.length > 100);
    for (const { key } of places) assert.ok(told.has(String(key)), String(key));
    assert.equal(drafts.filter(({ content }) => content["said_by"] === undefined).length, 692);
    for (const { observed_at } of drafts) assert.ok(observed_at !== undefined);
  });

  it("lose nothing of what two exports of one chat share, and double nothing", () => {
    const text = readFileSync(join(data, "messages/whatstk/lorem-merge-part1.txt"), "utf8");
    const lines = text.split("\n");
    const parts = [lines.slice(0, 200), lines.slice(100)].map(
      (part) => checked(whatsapp, "WhatsApp Chat with group.txt", part.join("\n")).drafts,
    );
    assert.equal(new Set(parts.flat().map(({ external_id }) => external_id)).size, 300);
  });
});
