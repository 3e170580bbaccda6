import { SaxesParser } from "saxes";
import type { ImportProblem } from "../../importer.ts";
import type { LineRange } from "../../place.ts";
import { xmlText } from "./xml-text.ts";

/** An element's attributes as written. */
export type Attributes = Readonly<Record<string, string>>;

/** A message or a call of the backup. */
export interface BackupElement extends LineRange {
  readonly name: ItemName;
  readonly attributes: Attributes;
  /** Of an MMS: its texts and files. */
  readonly parts: readonly Attributes[];
  /** Of an MMS: who took part. */
  readonly addresses: readonly Attributes[];
}

export type ItemName = "sms" | "mms" | "call";

type Found = BackupElement | { readonly problem: ImportProblem };

/** After so many errors, or so deep, there is nothing left to mend. */
const errorsMax = 100_000;
const depthMax = 100;

/** The messages and calls of the file, while it is being parsed; an element with an error inside it is a problem instead. */
export function* backupElements(bytes: Uint8Array): Generator<Found> {
  const reading = new Reading();
  for (const text of xmlText(bytes)) {
    reading.write(text);
    yield* reading.take();
    if (reading.isHopeless) {
      yield { problem: { position: `line ${reading.line}`, reason: "not XML: the rest of the file is left out" } };
      return;
    }
  }
  reading.close();
  yield* reading.take();
}

interface OpenItem {
  readonly name: ItemName;
  readonly from: number;
  readonly parts: Attributes[];
  readonly addresses: Attributes[];
  attributes: Attributes;
  error: string | undefined;
}

class Reading {
  readonly #parser = new SaxesParser<{ xmlns: false; position: true }>({ xmlns: false, position: true });
  #found: Found[] = [];
  #open: OpenItem | undefined;
  #errors = 0;
  #depth = 0;
  #closing = false;

  constructor() {
    this.#parser.on("opentagstart", ({ name }) => this.#begin(name));
    this.#parser.on("opentag", ({ name, attributes }) => this.#opened(name, attributes));
    this.#parser.on("closetag", ({ name }) => this.#ended(name));
    this.#parser.on("error", ({ message }) => this.#failed(message));
  }

  get line(): number {
    return this.#parser.line;
  }

  get isHopeless(): boolean {
    return this.#errors > errorsMax || this.#depth > depthMax;
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  close(): void {
    this.#closing = true;
    this.#parser.close();
    if (this.#open !== undefined) this.#lose(this.#open, "the file ends within it");
  }

  take(): readonly Found[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #begin(name: string): void {
    if (!isItemName(name)) return;
    if (this.#open !== undefined) this.#lose(this.#open, `another ${name} begins within it`);
    this.#open = { name, from: this.#parser.line, attributes: {}, parts: [], addresses: [], error: undefined };
  }

  #opened(name: string, attributes: Attributes): void {
    this.#depth += 1;
    const open = this.#open;
    if (open === undefined) return;
    if (open.name === name) open.attributes = attributes;
    else if (name === "part") open.parts.push(attributes);
    else if (name === "addr") open.addresses.push(attributes);
  }

  #ended(name: string): void {
    this.#depth -= 1;
    const open = this.#open;
    if (open?.name !== name) return;
    this.#open = undefined;
    const { from, attributes, parts, addresses } = open;
    if (open.error !== undefined) this.#lose(open, open.error);
    else this.#found.push({ name: open.name, from, to: this.#parser.line, attributes, parts, addresses });
  }

  #failed(message: string): void {
    this.#errors += 1;
    const reason = message
      .replace(/^\d+:\d+: /, "")
      .replace(/\s+/g, " ")
      .trim();
    if (this.#open !== undefined) this.#open.error ??= reason;
    else if (this.#closing) this.#tellEnd();
    else this.#found.push({ problem: { position: `line ${this.line}`, reason: `not XML: ${reason}` } });
  }

  /** Each element that is still open when the file ends is an error; one is enough. */
  #tellEnd(): void {
    const problem = { position: `line ${this.line}`, reason: "the file ends too early" };
    if (!this.#found.some((one) => "problem" in one && one.problem.reason === problem.reason)) this.#found.push({ problem });
  }

  #lose({ name, from }: OpenItem, reason: string): void {
    this.#open = undefined;
    this.#found.push({ problem: { position: `line ${from}`, reason: `${name} can't be read: ${reason.slice(0, 200)}: left out` } });
  }
}

function isItemName(name: string): name is ItemName {
  return name === "sms" || name === "mms" || name === "call";
}
