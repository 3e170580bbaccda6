/** A time, relative or as a day, with the exact one for who points at it and for machines. */
import { agoText, dayText, momentText } from "./time.ts";

export function Moment({ at, as = "ago" }: { readonly at: number; readonly as?: "ago" | "day" | "moment" }) {
  const text = as === "ago" ? agoText(at) : as === "day" ? dayText(at) : momentText(at);
  const machine = Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : undefined;
  return (
    <time dateTime={machine} title={momentText(at)}>
      {text}
    </time>
  );
}
