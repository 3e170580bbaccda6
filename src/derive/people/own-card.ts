import type { JsonObject } from "../../core/ports.ts";
import type { Oneself, SeenEvidence } from "../deriver.ts";
import { digitsOf } from "../reading/address.ts";
import { textOf, textsOf } from "../reading/fields.ts";

/** The contact card that is the person's own, by its addresses or by its name; null for any other item. */
export function ownCard({ kind, content }: SeenEvidence, self: Oneself): JsonObject | null {
  if (kind !== "contact") return null;
  const addresses = [
    ...textsOf(content["emails"], "address").map((text) => text.toLowerCase()),
    ...textsOf(content["phones"], "number").map(digitsOf),
  ];
  const isOwn = addresses.some((address) => self.addresses.has(address)) || self.names.has(textOf(content["name"]).toLowerCase());
  return isOwn ? content : null;
}
