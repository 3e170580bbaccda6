/** A field like `text/plain; charset="utf-8"`. */
export interface StructuredField {
  /** Lower case. */
  readonly value: string;
  /** By names in lower case; the first of each. Pieces and percent signs (RFC 2231) are put together. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** UTF-16 units that are read: a hundred times a long file name. */
const lengthMax = 4_096;

const piece = /[\s;]*([^\s=;]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*)))?/y;

export function structuredField(text: string): StructuredField {
  const bare = withoutComments(text.slice(0, lengthMax));
  const value = /^[^;]*/.exec(bare)?.[0] ?? "";
  const pieces = new Map<string, string>();
  piece.lastIndex = value.length;
  for (let match = piece.exec(bare); match !== null; match = piece.exec(bare)) {
    const [, name = "", quoted, plain = ""] = match;
    const key = name.toLowerCase();
    if (!pieces.has(key)) pieces.set(key, quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, "$1"));
  }
  return { value: value.trim().toLowerCase(), parameters: joined(pieces) };
}

/** Comments stand in parentheses outside quotes; one that has no end is none. */
function withoutComments(text: string): string {
  return text.includes("(")
    ? text.replace(/("(?:[^"\\]|\\.)*")|[ \t]\((?:[^()\\]|\\.)*\)/g, (_, quoted: string | undefined) => quoted ?? " ")
    : text;
}

/** `name*0="a"; name*1*=%20b` is `name="a b"`, `name*=utf-8''a%20b` too. */
function joined(pieces: ReadonlyMap<string, string>): Map<string, string> {
  const whole = new Map<string, string>();
  for (const [key, value] of pieces) {
    const [, name = key, index, coded] = /^([^*]+)(?:\*(\d+))?(\*)?$/.exec(key) ?? [];
    if (index === undefined && coded === undefined) whole.set(name, whole.get(name) ?? value);
    else if (index === undefined) whole.set(name, percentDecoded(value));
    else if (index === "0") whole.set(name, continued(pieces, name));
  }
  return whole;
}

function continued(pieces: ReadonlyMap<string, string>, name: string): string {
  let text = "";
  let isCoded = false;
  for (let index = 0; index < 100; index += 1) {
    const plain = pieces.get(`${name}*${index}`);
    const coded = pieces.get(`${name}*${index}*`);
    if (plain === undefined && coded === undefined) break;
    isCoded ||= coded !== undefined;
    text += coded ?? (plain ?? "").replaceAll("%", "%25");
  }
  return isCoded ? percentDecoded(text) : text.replaceAll("%25", "%");
}

function percentDecoded(text: string): string {
  const [, charset = "utf-8", coded = text] = /^([^']*)'[^']*'(.*)$/s.exec(text) ?? [];
  const bytes = Buffer.from(
    coded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  try {
    return new TextDecoder(charset || "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
