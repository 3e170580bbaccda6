/** JSON for people and for diffs: a value that fits goes on one line, everything beyond ASCII is escaped. */
export function print(value: unknown): string {
  return `${inLines(value, "")}\n`;
}

const width = 140;

function inLines(value: unknown, indent: string): string {
  const flat = onOneLine(value);
  if (indent.length + flat.length <= width || typeof value !== "object" || value === null) return flat;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => deeper + inLines(item, deeper))
    : Object.entries(value).map(([name, member]) => `${deeper}${onOneLine(name)}: ${inLines(member, deeper)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${onOneLine(name)}: ${onOneLine(member)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return JSON.stringify(value).replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
