/** What people type as values: numbers, dates, objects. */
import { InvalidArgumentError } from "commander";
import { parseJson } from "../core/codec/parse.ts";
import { PoolError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import type { Json } from "../core/ports.ts";
import { oneLine } from "./text.ts";

export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

/** How many to show at most. */
export function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a whole number, 1 or more.");
  return Number(text);
}

/** A port to listen at; 0 takes a free one. */
export function toPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("It must be a port, 0 to 65535.");
  return Number(text);
}

export function toTime(text: string): number {
  const value = Date.parse(text);
  if (!/^-?\d{4,6}-\d\d/.test(text) || Number.isNaN(value)) {
    throw new InvalidArgumentError("It must be a date like 2026-01-31 or 2026-01-31T18:00Z.");
  }
  return value;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A duration like 90d, 12h or 30m, in milliseconds. */
export function toDuration(text: string): number {
  const [, number, unit] = /^(\d{1,9})([smhdw])$/.exec(text.trim()) ?? [];
  const unitMs = unit === undefined ? undefined : unitsMs[unit];
  if (number === undefined || unitMs === undefined) throw new InvalidArgumentError("It must be a duration like 90d, 12h or 30m.");
  return Number(number) * unitMs;
}

const sizes: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** How much may be there: a whole number like 5000, 500MB or 2GiB, or `none`. */
export function toBound(text: string): number | "none" {
  if (text === "none") return text;
  const [, number = "", unit = ""] = /^(\d{1,15})([kmgt]i?)?b?$/i.exec(text.trim()) ?? [];
  const value = Number(number) * (sizes[unit.toLowerCase()] ?? Number.NaN);
  if (number === "" || !Number.isSafeInteger(value))
    throw new InvalidArgumentError("It must be a number like 5000, 500MB or 2GiB, or `none`.");
  return value;
}

/**
 * A claim's object: JSON when it reads as JSON, else text. What begins like JSON and is none is more likely a slip than a
 * text. Throws PoolError `usage` then.
 */
export function objectOf(text: string): Json {
  try {
    return parseJson(text, { maxDepth: limits.payloadDepth });
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    if (!/^\s*[{["]/.test(text)) return text.normalize("NFC");
    const shown = JSON.stringify(oneLine(text, 40));
    throw new PoolError(
      "usage",
      `${shown} begins like JSON and is none (${error.message}): mend it, or take it as text with --text`,
      {},
      { cause: error },
    );
  }
}
