/** A claim's object as fields to fill in: a word as one, a flat object as one for each member, anything else as JSON. */
import { visible } from "../words/visible.ts";

export interface ObjectField {
  readonly name: string;
  readonly label: string;
  readonly text: string;
  readonly isLong: boolean;
}

const isScalar = (value: unknown) => typeof value === "string" || typeof value === "number" || typeof value === "boolean";

function isFlat(object: unknown): object is Readonly<Record<string, string | number | boolean>> {
  return typeof object === "object" && object !== null && !Array.isArray(object) && Object.values(object).every(isScalar);
}

/** More members are no form any more. */
const fieldsMax = 8;

export function fieldsOf(object: unknown): ObjectField[] {
  if (isScalar(object)) return [{ name: "value", label: "", text: String(object), isLong: String(object).length > 80 }];
  if (isFlat(object) && Object.keys(object).length <= fieldsMax)
    return Object.entries(object).map(([name, value]) => ({
      name,
      label: visible(name.replaceAll("_", " "), 60),
      text: String(value),
      isLong: String(value).length > 80,
    }));
  return [{ name: "json", label: "", text: JSON.stringify(object, null, 2) ?? "", isLong: true }];
}

/** The object that the fields make: each value of the type it had. Undefined when they make none. */
export function objectFrom(before: unknown, texts: Readonly<Record<string, string>>): unknown {
  if (texts["json"] !== undefined && !isScalar(before)) {
    try {
      return JSON.parse(texts["json"]);
    } catch {
      return undefined;
    }
  }
  if (isFlat(before)) {
    const pairs = Object.entries(before).map(([name, value]) => [name, likeBefore(value, texts[name] ?? "")] as const);
    return pairs.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(pairs);
  }
  return likeBefore(before, texts["value"] ?? "");
}

function likeBefore(before: unknown, text: string): string | number | boolean | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (typeof before === "number" && Number.isFinite(Number(trimmed))) return Number(trimmed);
  if (typeof before === "boolean" && (trimmed === "true" || trimmed === "false")) return trimmed === "true";
  return trimmed.normalize("NFC");
}
