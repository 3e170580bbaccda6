/** Addresses of resources: `fablepool://claim/<id>`, `fablepool://topic/<subject>/<predicate>`, `fablepool://about`. */
import type { OpId } from "../core/op/operation.ts";

export const aboutAddress = "fablepool://about";

export function claimAddress(id: OpId): string {
  return `fablepool://claim/${id}`;
}

export function topicAddress(subject: string, predicate: string): string {
  return `fablepool://topic/${encodeURIComponent(subject)}/${encodeURIComponent(predicate)}`;
}

/** Null for what is not well-formed. */
export function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
