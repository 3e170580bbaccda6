import { utf8Length } from "../core/bytes.ts";

/** Bytes that an envelope takes in a message: JSON in UTF-8, its comma included. At most a few hundred too many, never too few. */
export function envelopeSize(prevIds: number, pathSteps: number, payloadText: string | null): number {
  return 720 + 70 * prevIds + 67 * pathSteps + utf8Length(payloadText ?? "");
}
