/** Where a page ended, as text that is given back for the next. */
import { PoolError } from "../../core/errors.ts";
import { isOpId, type Place } from "../../core/op/operation.ts";

export function cursorOf(place: Place | null): string | null {
  return place === null ? null : `${place.lamport}-${place.id.slice(3)}`;
}

/** Throws `PoolError("bad_request")` for text that no page ended with. */
export function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, lamport = "", digits = ""] = /^(\d{1,15})-([0-9a-f]{64})$/.exec(cursor) ?? [];
  const id = `op:${digits}`;
  if (!isOpId(id)) throw notOurs();
  return { lamport: Number(lamport), id };
}

/** Of a list that is made whole: how many were shown. */
export function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,6}$/.test(cursor)) throw notOurs();
  return Number(cursor);
}

export function notOurs(): PoolError {
  return new PoolError("bad_request", "query, after: it is not the `next` of a page before");
}
