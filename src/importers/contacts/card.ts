import { type ContentLine, parseContentLine } from "../icalendar/content-line.ts";
import { logicalLines } from "../icalendar/logical-lines.ts";
import { isEncoded } from "../icalendar/property-text.ts";
import type { ImportProblem } from "../importer.ts";
import type { LineRange } from "../place.ts";

/** A property, with the group that ties it to others: `item1.EMAIL` and `item1.X-ABLabel`. */
export interface CardLine extends ContentLine {
  /** Lower case. */
  readonly group: string | undefined;
}

/** `BEGIN:VCARD` to `END:VCARD`. */
export interface Card extends LineRange {
  readonly lines: readonly CardLine[];
  /** What X-ABLabel says, by group. */
  readonly labels: ReadonlyMap<string, CardLine>;
  /** Cards that stand inside this one, as vCard 2.1 writes an AGENT. */
  readonly agents: readonly Card[];
}

interface OpenCard {
  readonly from: number;
  readonly lines: CardLine[];
  readonly agents: Card[];
}

const depthMax = 8;

/** The whole cards of a file, in order. Never throws: whatever doesn't fit is a problem. */
export function readCards(bytes: Uint8Array): { cards: readonly Card[]; problems: readonly ImportProblem[] } {
  const reader = new CardReader();
  for (const { text, line } of logicalLines(bytes)) if (text !== "") reader.add(text, line);
  return reader.finish();
}

class CardReader {
  readonly #cards: Card[] = [];
  readonly #open: OpenCard[] = [];
  readonly #problems: ImportProblem[] = [];
  #unreadable = { first: 0, count: 0 };

  add(text: string, line: number): void {
    const property = parseCardLine(text, line);
    const isBoundary = property !== null && (property.name === "BEGIN" || property.name === "END");
    if (!isBoundary && this.#isPicture(text)) return;
    if (property === null || (this.#open.length === 0 && !isBoundary)) {
      if (this.#unreadable.count === 0) this.#unreadable.first = line;
      this.#unreadable.count += 1;
      return;
    }
    this.#reportUnreadable();
    if (!isBoundary) this.#open.at(-1)?.lines.push(property);
    else if (property.value.trim().toUpperCase() !== "VCARD") this.#beginOther(property);
    else if (property.name === "BEGIN") this.#begin(line);
    else this.#end(line);
  }

  finish(): { cards: readonly Card[]; problems: readonly ImportProblem[] } {
    this.#reportUnreadable();
    this.#abandon();
    if (this.#cards.length === 0 && this.#problems.length === 0) this.#problems.push({ position: "", reason: "holds no card" });
    return { cards: this.#cards, problems: this.#problems };
  }

  /** A card begins inside another only as its agent; else the other lacks its end. */
  #begin(line: number): void {
    const last = this.#open.at(-1)?.lines.at(-1);
    const isAgent = last?.name === "AGENT" && last.value.trim() === "" && this.#open.length < depthMax;
    if (!isAgent) this.#abandon();
    this.#open.push({ from: line, lines: [], agents: [] });
  }

  #beginOther({ name, line }: CardLine): void {
    if (name === "BEGIN") this.#report(line, "BEGIN of something that is no card: left out");
  }

  #end(line: number): void {
    const card = this.#open.pop();
    if (card === undefined) this.#report(line, "END without its BEGIN");
    else (this.#open.at(-1)?.agents ?? this.#cards).push({ ...card, to: line, labels: labelsIn(card.lines) });
  }

  /** A card that was cut short may lack anything. */
  #abandon(): void {
    const [outermost] = this.#open;
    if (outermost !== undefined) this.#report(outermost.from, "the card has no END: left out");
    this.#open.length = 0;
  }

  /** Some phones write the lines of a picture without the blank that folds them. */
  #isPicture(text: string): boolean {
    const last = this.#open.at(-1)?.lines.at(-1);
    return last !== undefined && (isEncoded(last, "BASE64") || isBinary(last)) && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  }

  /** Lines that follow one another make one problem: most often they are one text with bare line breaks. */
  #reportUnreadable(): void {
    const { first, count } = this.#unreadable;
    if (count === 0) return;
    this.#report(first, count === 1 ? "not a property: left out" : `${count} lines that are no properties: left out`);
    this.#unreadable.count = 0;
  }

  #report(line: number, reason: string): void {
    this.#problems.push({ position: `line ${line}`, reason });
  }
}

function labelsIn(lines: readonly CardLine[]): Map<string, CardLine> {
  const labels = lines.flatMap((line) => (line.name === "X-ABLABEL" && line.group !== undefined ? [[line.group, line] as const] : []));
  return new Map(labels.reverse());
}

/** True of a value that is a picture, a sound or a key rather than text. */
export function isBinary(line: ContentLine): boolean {
  return isEncoded(line, "BASE64") || line.parameters.get("ENCODING")?.[0]?.toUpperCase() === "B" || /^data:/i.test(line.value);
}

const startOfLine = /^(?:([\w-]+)\.)?([\w-]+)(?=[;:])/;

/** What a broken line of text looks like when it begins with an address. */
const addressScheme = /^(?:https?|ftp|mailto)$/i;

function parseCardLine(text: string, line: number): CardLine | null {
  const [start = "", group, name] = startOfLine.exec(text) ?? [];
  if (name === undefined || addressScheme.test(name)) return null;
  // A calendar's reader takes TEL for such an address, so it is given another name.
  const property = parseContentLine(`NAME${text.slice(start.length)}`, line);
  return property === null ? null : { ...property, name: name.toUpperCase(), group: group?.toLowerCase() };
}
