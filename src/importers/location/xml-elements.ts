import { isUtf8 } from "node:buffer";
import { SaxesParser } from "saxes";
import { wideMark } from "../decode-text.ts";

/** An element with everything inside it. Names are without their prefixes. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** An element that was asked for; the end of one that wasn't; or what is not well-formed. */
export type XmlEvent =
  | { readonly element: XmlElement; readonly parent: string; readonly line: number }
  | { readonly end: string; readonly line: number }
  | { readonly reason: string; readonly line: number };

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  text: string;
  readonly children: OpenElement[];
}

const depthMax = 64;
const errorsMax = 200;
const entitiesMax = 100_000;

/** Bytes that are read at once. */
const chunkBytes = 256 * 1024;

/** Elements inside one that was asked for. */
const childrenMax = 2_000_000;

/**
 * The elements with these names, each whole, as they come. Entities that the file declares are not put in. What is not well-formed is
 * told, and costs the element it stands in; after very many such places the rest is left out.
 */
export function* xmlElements(bytes: Uint8Array, names: ReadonlySet<string>): Generator<XmlEvent> {
  const start = afterBlanks(bytes);
  const reader = new XmlReader(names, Buffer.from(bytes.subarray(0, start)).toString("latin1").split("\n").length - 1);
  const decoder = new TextDecoder(encodingOf(bytes));
  for (let at = start; at < bytes.length && !reader.isDone; at += chunkBytes) {
    reader.write(decoder.decode(bytes.subarray(at, at + chunkBytes), { stream: true }));
    yield* reader.take();
  }
  reader.close();
  yield* reader.take();
}

/** Programs that print an indented literal begin with an empty line, which XML doesn't allow before its declaration. */
function afterBlanks(bytes: Uint8Array): number {
  let at = 0;
  while (at < 1_024 && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d)) at += 1;
  return at;
}

/** The element's first child of the name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** The text of the element's first child of the name; undefined when it is empty. */
export function childText(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text.trim() || undefined;
}

/** The first characters of a file of XML, for recognising it; empty for any other file. */
export function xmlStart(bytes: Uint8Array, length = 16_384): string {
  const start = new TextDecoder(encodingOf(bytes)).decode(bytes.subarray(0, length)).trimStart();
  return start.startsWith("<") ? start : "";
}

function encodingOf(bytes: Uint8Array): string {
  const mark = wideMark(bytes);
  if (mark !== undefined) return mark;
  const declared = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(
    Buffer.from(bytes.subarray(0, 200)).toString("latin1"),
  )?.[1];
  if (declared === undefined || /^utf-?8$/i.test(declared)) return isUtf8(bytes) ? "utf-8" : "windows-1252";
  try {
    return new TextDecoder(declared).encoding;
  } catch {
    return "windows-1252";
  }
}

class XmlReader {
  isDone = false;
  readonly #names: ReadonlySet<string>;
  readonly #linesBefore: number;
  readonly #parser = new SaxesParser();
  /** Names of all that is open. */
  readonly #path: string[] = [];
  /** What is open of the element that was asked for, outermost first. */
  readonly #open: OpenElement[] = [];
  #parent = "";
  #line = 0;
  #children = 0;
  #isBegun = false;
  #errors = 0;
  #entities = 0;
  /** True inside a tag, and what was wrong in it. */
  #isInTag = false;
  #tagError = "";
  #events: XmlEvent[] = [];

  constructor(names: ReadonlySet<string>, linesBefore: number) {
    this.#names = names;
    this.#linesBefore = linesBefore;
    this.#parser.on("error", (error) => this.#fail(error.message));
    this.#parser.on("opentagstart", () => this.#beginTag());
    this.#parser.on("opentag", ({ name, attributes }) => this.#openTag(bare(name), attributes));
    this.#parser.on("closetag", ({ name }) => this.#closeTag(bare(name)));
    this.#parser.on("text", (text) => this.#addText(text));
    this.#parser.on("cdata", (text) => this.#addText(text));
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  close(): void {
    if (this.isDone) return;
    const isCut = this.#path.length > 0;
    if (isCut) this.#tell("the file ends before its first element does: it may be cut short");
    this.isDone = true;
    this.#parser.close();
  }

  take(): XmlEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #beginTag(): void {
    [this.#isInTag, this.#tagError] = [true, ""];
  }

  #openTag(name: string, attributes: Record<string, string>): void {
    [this.#isInTag, this.#isBegun] = [false, true];
    if (this.isDone) return;
    // An element that was asked for holds no other of its name: the first lacks its end.
    if (this.#open[0]?.name === name) this.#abandon(`${name} has no end: left out`);
    const outer = this.#open.at(-1);
    const isAsked = outer === undefined && this.#names.has(name);
    if (isAsked) [this.#parent, this.#line, this.#children] = [this.#path.at(-1) ?? "", this.#lineNow(), 0];
    const broken = this.#tagError;
    if (broken !== "") this.#tell(isAsked ? `${name} is not well-formed (${broken}): left out` : `not well-formed: ${broken}`);
    if (outer !== undefined || (isAsked && broken === "")) {
      const element = { name, attributes, text: "", children: [] };
      outer?.children.push(element);
      this.#open.push(element);
      this.#children += 1;
      if (this.#children > childrenMax) this.#abandon(`${this.#open[0]?.name} holds too many elements: left out`);
    }
    this.#path.push(name);
    if (this.#path.length > depthMax) this.#stop(`elements stand more than ${depthMax} deep: the rest left out`);
  }

  #closeTag(name: string): void {
    if (this.isDone) return;
    this.#path.pop();
    const element = this.#open.at(-1)?.name === name ? this.#open.pop() : undefined;
    if (element === undefined && this.#open.length === 0) this.#events.push({ end: name, line: this.#lineNow() });
    if (element !== undefined && this.#open.length === 0) this.#events.push({ element, parent: this.#parent, line: this.#line });
  }

  #addText(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }

  #fail(message: string): void {
    if (this.isDone) return;
    if (message.includes("undefined entity")) {
      // It stays in the text as it is written.
      this.#entities += 1;
      if (this.#entities > entitiesMax) this.#stop("too many entities that nobody knows: the rest left out");
      return;
    }
    const reason = message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");
    const told = /^[\w ,.'-]{1,100}$/.test(reason) ? reason : "something else stands there than should";
    if (this.#open.length > 0) this.#abandon(`${this.#open[0]?.name} is not well-formed (${told}): left out`);
    else if (this.#isInTag) this.#tagError = told;
    // What begins as something else than XML is told once.
    else if (this.#isBegun || this.#errors === 0) this.#tell(`not well-formed: ${told}`);
    this.#errors += 1;
    if (this.#errors <= errorsMax) return;
    if (this.#isBegun) this.#tell("too much is not well-formed: the rest left out");
    this.isDone = true;
  }

  #abandon(reason: string): void {
    this.#events.push({ reason, line: this.#line });
    this.#open.length = 0;
  }

  #tell(reason: string): void {
    this.#events.push({ reason, line: this.#lineNow() });
  }

  #lineNow(): number {
    return this.#parser.line + this.#linesBefore;
  }

  #stop(reason: string): void {
    this.#tell(reason);
    this.isDone = true;
  }
}

function bare(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
