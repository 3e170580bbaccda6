/** `NAME;PARAMETER=value:value`, names in upper case (RFC 5545 section 3.1). */
export interface ContentLine {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  readonly value: string;
  readonly line: number;
}

const nameAhead = /^(?:[\w-]+\.)?([\w-]+)(?=[;:])/;

/** What a broken line of text looks like when it begins with an address. */
const addressScheme = /^(?:https?|ftp|mailto|tel)$/i;

/**
 * Reads an unfolded line; null when it is no content line. Lenient as to parameters: bare words (vCalendar 1.0), a quote that
 * isn't closed, quotes inside a value.
 */
export function parseContentLine(text: string, line: number): ContentLine | null {
  const name = nameAhead.exec(text);
  if (name?.[1] === undefined || addressScheme.test(name[1])) return null;
  const parameters = new Map<string, string[]>();
  let at = name[0].length;
  while (text[at] === ";") {
    const end = endOfAny(text, at + 1, "=;:");
    const key = text
      .slice(at + 1, end)
      .trim()
      .toUpperCase();
    const { values, next } = text[end] === "=" ? readValues(text, end + 1) : { values: [], next: end };
    const known = parameters.get(key);
    if (known === undefined && key !== "") parameters.set(key, values);
    // One by one: a line may have more of them than a call takes arguments.
    for (const value of known === undefined ? [] : values) known?.push(value);
    at = next;
  }
  if (text[at] !== ":") return null;
  return { name: name[1].toUpperCase(), parameters, value: text.slice(at + 1), line };
}

/** The first value of a parameter; undefined also when it is empty. */
export function parameter(line: ContentLine, name: string): string | undefined {
  return line.parameters.get(name)?.[0] || undefined;
}

function readValues(text: string, start: number): { values: string[]; next: number } {
  const values: string[] = [];
  let next = start;
  do {
    const { value, end } = readValue(text, values.length === 0 ? next : next + 1);
    values.push(value);
    next = end;
  } while (text[next] === ",");
  return { values, next };
}

/** One value, up to `;`, `:` or `,` outside quotes. */
function readValue(text: string, start: number): { value: string; end: number } {
  let value = "";
  let at = start;
  for (;;) {
    const end = endOfAny(text, at, ';:,"');
    value += text.slice(at, end);
    if (text[end] !== '"') return { value: withoutCarets(value.trim()), end };
    const close = text.indexOf('"', end + 1);
    value += close === -1 ? '"' : text.slice(end + 1, close);
    at = (close === -1 ? end : close) + 1;
  }
}

function endOfAny(text: string, start: number, stops: string): number {
  let at = start;
  while (at < text.length && !stops.includes(text[at] ?? "")) at += 1;
  return at;
}

/** RFC 6868. */
function withoutCarets(value: string): string {
  return value.includes("^") ? value.replace(/\^['n^]/g, (pair) => ({ "^'": '"', "^n": "\n" })[pair] ?? "^") : value;
}
