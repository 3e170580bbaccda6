/** An inspector's server on a home of its own, and a client that asks it as the page does. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { z } from "@hono/zod-openapi";
import type { Draft } from "../../../src/core/op/create.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import { type Home, homeAt, initNode, type Node, newDevice, openNode } from "../../../src/node/index.ts";
import { type Inspector, type InspectorOptions, startInspector } from "../../../src/server/api/index.ts";

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export interface Inspecting {
  readonly inspector: Inspector;
  readonly home: Home;
  readonly folder: string;
  /** What went wrong that should not. */
  readonly defects: readonly unknown[];
  ask(path: string, init?: RequestInit): Promise<Asked>;
  /** Sends JSON. */
  post(path: string, body: unknown): Promise<Asked>;
  /** The answer, which has to be a success and to fit its schema with no member more. */
  get<Schema extends z.ZodType>(schema: Schema, path: string): Promise<z.output<Schema>>;
  send<Schema extends z.ZodType>(schema: Schema, path: string, body: unknown): Promise<z.output<Schema>>;
}

export interface Fixture {
  /** Fills a pool before the inspector opens it; without it there is no device. */
  readonly fill?: (node: Node) => Promise<unknown>;
  /** Makes a device without a pool, whose key it protects. */
  readonly passphrase?: string;
  readonly options?: Partial<InspectorOptions>;
}

export async function inspecting(
  name: string,
  { fill, passphrase, options }: Fixture,
  work: (on: Inspecting) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `fablepool-${name}-`));
  const home = homeAt(join(folder, "home"));
  const defects: unknown[] = [];
  try {
    if (fill !== undefined) {
      const { node } = await initNode(home, { name: "laptop", passphrase: null });
      await fill(node).finally(() => node.close());
    }
    if (passphrase !== undefined) await (await newDevice(home, { name: "laptop", passphrase })).close();
    const inspector = await startInspector({
      home,
      version: "0.0.0",
      ask: async () => null,
      port: 0,
      pageFolder: pageIn(folder),
      sampleFolder: join(import.meta.dirname, "../../../demo/sample"),
      onDefect: (error) => defects.push(error),
      ...options,
    });
    try {
      await work({ inspector, home, folder, defects, ...client(inspector) });
    } finally {
      await inspector.close();
    }
    assert.deepEqual(defects, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function client({ url, token }: Inspector): Pick<Inspecting, "ask" | "post" | "get" | "send"> {
  const ask = async (path: string, init: RequestInit = {}): Promise<Asked> => {
    const headers = new Headers({ authorization: `Bearer ${token}` });
    for (const [field, value] of new Headers(init.headers)) headers.set(field, value);
    const response = await fetch(url + path, { ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
  const post = (path: string, body: unknown) =>
    ask(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  const fitting = <Schema extends z.ZodType>(schema: Schema, path: string, asked: Asked) => {
    assert.ok(asked.status < 300, `${path} answers ${asked.status}: ${asked.text.slice(0, 500)}`);
    const parsed = schema.safeParse(asked.json);
    assert.ok(parsed.success, `${path}: ${parsed.error?.message}`);
    // Parsing leaves out what the schema does not name: an answer has nothing else.
    assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), asked.json, path);
    return parsed.data;
  };
  return {
    ask,
    post,
    get: async (schema, path) => fitting(schema, path, await ask(path)),
    send: async (schema, path, body) => fitting(schema, path, await post(path, body)),
  };
}

/** A page as the build would make it. */
function pageIn(folder: string): string {
  const page = join(folder, "page");
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(join(page, "index.html"), "<!doctype html><title>the page</title>");
  writeFileSync(join(page, "assets", "index-Ab3dEf9h.js"), "export {};");
  writeFileSync(join(page, "favicon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  return page;
}

export async function withNode<Result>(home: Home, work: (node: Node) => Promise<Result>): Promise<Result> {
  const node = await openNode(home, async () => null);
  return work(node).finally(() => node.close());
}

/** A request as these very lines, which no client would send; resolves with all that comes back before the connection ends, however. */
export function rawRequest(port: number, lines: readonly string[], body = ""): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let came = "";
    socket.on("data", (data) => {
      came += data;
    });
    socket.on("error", () => {}).on("close", () => resolve(came));
    socket.write(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n${body}`);
  });
}

export const statusIn = (reply: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]);

/** An item of evidence. */
export function item(number: number, more: { kind?: string; at?: number; origin?: string; text?: string; content?: object } = {}): Draft {
  const { kind = "note", at = Date.UTC(2025, 0, number + 1, 12), origin = "import", text = `note number ${number}`, content = {} } = more;
  const source = { adapter: kind === "event" ? "icalendar" : "markdown", version: "1", uri: `files/${kind}%20${number}.md#line=2,4` };
  const payload = {
    source,
    origin,
    external_id: `${kind} ${number}`,
    kind,
    observed_at: at,
    content: { title: `Title ${number}`, text, ...content },
  };
  return { type: "evidence", payload };
}

/** A claim that was derived from these. */
export function derived(
  predicate: string,
  object: string | object,
  from: readonly OpId[],
  more: { subject?: string; confidence?: number } = {},
): Draft {
  const { subject = "self", confidence = 0.8 } = more;
  const method = { name: "rule", version: "1" };
  return {
    type: "claim",
    payload: { subject, predicate, object: object as never, confidence, derived_from: [...from], method, rationale: "because" },
  };
}
