/** Where `what` stands next, or the end of the text. */
export function nextOf(what: string, text: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

/** Where the JSON string that opens at `from` closes; the end of the text when it never does. */
export function endOfString(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = nextOf('"', text, at + 1);
    let run = at;
    while (text.charCodeAt(run - 1) === 0x5c) run--;
    if ((at - run) % 2 === 0 || at === text.length) return at; // an even number of backslashes escape one another
  }
}

/** What a JSON string literal says, or null when it has a control character or an escape that JSON doesn't know. */
export function unescapeString(literal: string): string | null {
  try {
    return JSON.parse(literal); // a copy, where a slice would keep the whole text in memory
  } catch {
    return null;
  }
}

/** Where the JSON object that opens at `from` closes, by its brackets; null when it never does, or its nesting is over `maxDepth`. */
export function endOfObject(text: string, from: number, maxDepth: number): number | null {
  for (let at = from, depth = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if ((unit | 0x20) === 0x7b && ++depth > maxDepth)
      return null; // [ or {
    else if ((unit | 0x20) === 0x7d && --depth === 0) return at + 1; // ] or }
  }
  return null;
}
