import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import type { Json, JsonObject } from "../../core/ports.ts";

/** A note's text in two: the YAML between `---` lines at its top, and the rest. */
export interface SplitNote {
  readonly body: string;
  /** Lines before the body. */
  readonly linesBefore: number;
  /** The front matter's members; dates are text, and so is a number that doesn't print as it was written. */
  readonly fields?: JsonObject;
  /** The front matter as it stands, when it can't be read as YAML. */
  readonly plain?: string;
  readonly problem?: { readonly line: number; readonly reason: string };
}

/** Front matter that is longer (in UTF-16 units) stays in the body. */
const lengthMax = 8_192;
/** Values of one front matter, aliases followed: against the kind of YAML that grows when it is read. */
const valuesMax = 5_000;
const depthMax = 12;

const whole = /^---[ \t]*(?:\r\n|\n|\r)([\s\S]*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|$)/;

export function splitFrontMatter(text: string): SplitNote {
  if (!/^---[ \t]*[\r\n]/.test(text)) return { body: text, linesBefore: 0 };
  const match = whole.exec(text.slice(0, lengthMax + 16));
  if (match === null) return unclosed(text);
  const body = text.slice(match[0].length);
  const linesBefore = match[0].split(/\r\n|\n|\r/).length - (/[\r\n]$/.test(match[0]) ? 1 : 0);
  const yaml = match[1] ?? "";
  const read = readYaml(yaml);
  if ("fields" in read) return { body, linesBefore, fields: read.fields };
  return { body, linesBefore, plain: yaml, problem: { line: read.line + 1, reason: `front matter is kept as plain text: ${read.reason}` } };
}

/** A note may begin with a rule, which is no front matter; but a member after it shows what was meant. */
function unclosed(text: string): SplitNote {
  const meant = /^---[ \t]*(?:\r\n|\n|\r)\s*[\w-]+:(?:\s|$)/.test(text);
  const problem = { line: 1, reason: "front matter has no end, or is too long: kept in the text" };
  return { body: text, linesBefore: 0, ...(meant ? { problem } : {}) };
}

function readYaml(yaml: string): { fields: JsonObject } | { line: number; reason: string } {
  try {
    const document = parseDocument(yaml, { version: "1.2", schema: "core", logLevel: "silent", prettyErrors: true });
    const [error] = document.errors;
    if (error !== undefined) return { line: error.linePos?.[0].line ?? 1, reason: oneLine(error.message) };
    if (document.contents === null) return { fields: {} };
    if (!isMap(document.contents)) return { line: 1, reason: "it has no members" };
    return { fields: new Reader(document, yaml).read(document.contents) as JsonObject };
  } catch (error) {
    return { line: 1, reason: oneLine(error instanceof Error ? error.message : String(error)) };
  }
}

/** YAML nodes as JSON, close to what was written. */
class Reader {
  readonly #document: Document.Parsed;
  readonly #source: string;
  readonly #open = new Set<Node>();
  #left = valuesMax;

  constructor(document: Document.Parsed, source: string) {
    this.#document = document;
    this.#source = source;
  }

  read(node: unknown, depth = 0): Json {
    this.#left -= 1;
    if (this.#left < 0) throw new RangeError("it has too many values");
    if (isAlias(node)) return this.read(node.resolve(this.#document), depth);
    if (isScalar(node)) return scalar(node.value, node.source);
    if (!isMap(node) && !isSeq(node)) return null;
    if (this.#open.has(node)) throw new RangeError("a value holds itself");
    if (depth >= depthMax || (isMap(node) && !node.items.every((pair) => isScalar(pair.key)))) return this.#verbatim(node);
    this.#open.add(node);
    const value = isMap(node)
      ? Object.fromEntries(node.items.map((pair) => [keyText(pair.key), this.read(pair.value, depth + 1)]))
      : node.items.map((item) => this.read(item, depth + 1));
    this.#open.delete(node);
    return value;
  }

  /** A template's `{{date}}`, which is YAML for a mapping whose name is a mapping, or something very deep. */
  #verbatim(node: Node): string {
    const [start = 0, end = 0] = node.range ?? [];
    return this.#source.slice(start, end).trim();
  }
}

function scalar(value: unknown, source: string | undefined): Json {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return null;
  return typeof value === "number" && String(value) === source ? value : (source ?? String(value));
}

function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : "";
}

function oneLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").trim();
}
