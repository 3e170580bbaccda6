import type { Deriver } from "../deriver.ts";
import { addressOf } from "../reading/address.ts";
import { objectOf, textOf } from "../reading/fields.ts";
import { counted } from "../tally/alike.ts";
import { confidenceOf } from "../tally/confidence.ts";
import { claimOf } from "../tally/support.ts";
import { Tally } from "../tally/tally.ts";
import { matchesIn } from "../text/own-words.ts";
import { tidy } from "../text/phrase.ts";
import { ownCard } from "./own-card.ts";

const signed = /^\s*(?<name>\p{Lu}[\p{L}\p{M}.'’-]*(?: \p{Lu}[\p{L}\p{M}.'’-]*){0,3})[:：]\s/u;
const said =
  /\b(?:[Mm]y (?:full )?name is|I am called|[Pp]eople call me) (?<name>\p{Lu}[\p{L}\p{M}'’-]+(?: \p{Lu}[\p{L}\p{M}.'’-]+){0,3})/gu;

/** What the owner is called: on their own card, in what they send, in their own words. */
export const ownName: Deriver = {
  name: "person.name",
  version: "1",
  round: 1,
  says: ["person.name"],
  begin({ self }) {
    const found = new Tally<string>();
    return {
      evidence(item) {
        const add = (name: string, weight: number) => {
          if (name !== "") found.add(name.toLowerCase(), item, name, weight);
        };
        const { kind, content } = item;
        add(tidy(textOf(ownCard(item, self)?.["name"])), 20);
        for (const { match } of matchesIn(item, self, said)) add(tidy(match.groups?.["name"] ?? ""), 3);
        if (kind === "mail") {
          const from = objectOf(content["from"]);
          if (self.addresses.has(addressOf(textOf(from["address"])))) add(tidy(textOf(from["name"])), 1);
        }
        const sender =
          kind !== "message"
            ? ""
            : content["direction"] === "outgoing"
              ? (signed.exec(textOf(content["text"]))?.groups?.["name"] ?? "")
              : textOf(content["from"]);
        if (self.names.has(sender.toLowerCase())) add(tidy(sender), 1);
      },
      *derive() {
        const ranked = found.ranked();
        const [best] = ranked;
        const total = ranked.reduce((sum, { support }) => sum + support.weight, 0);
        if (best === undefined || best.support.weight < 3) return;
        yield claimOf(best.support, {
          predicate: "person.name",
          object: best.value,
          confidence: confidenceOf({ base: 0.75, more: best.support.weight / 4, most: 0.97, agreement: best.support.weight / total }),
          rationale: `${counted(best.support.items, "item")} of the person's own ${best.support.items === 1 ? "bears" : "bear"} this name`,
        });
      },
    };
  },
};
