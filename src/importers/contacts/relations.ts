import { parameter } from "../icalendar/content-line.ts";
import type { Card, CardLine } from "./card.ts";
import { cardParts, cardText } from "./card-text.ts";
import { groupLabel } from "./labels.ts";

/** Someone whom a card names beside the person it is about. */
export interface Relation {
  /** In lower case, as the card says it: `spouse`, `mother`, `agent`. */
  readonly relation: string;
  readonly name: string;
}

const named: ReadonlyMap<string, string> = new Map(
  [["SPOUSE"], ["MANAGER"], ["ASSISTANT"], ["PARTNER"], ["CHILDREN", "child"], ["CHILD", "child"]].flatMap(([name = "", relation]) =>
    ["X-", "X-EVOLUTION-", "X-MS-", "X-KADDRESSBOOK-X-"].map((prefix) => [`${prefix}${name}`, relation ?? name.toLowerCase()] as const),
  ),
);

/** The kinds of relation that Android counts from 1. */
const androidRelations =
  "assistant brother child domestic-partner father friend manager mother parent partner referred-by relative sister spouse".split(" ");

/** What the property says of a relation, with the people inside it; none when it says nothing of one. */
export function relationsIn(line: CardLine, card: Card): Relation[] {
  const plain = named.get(line.name);
  if (plain !== undefined) return relation(plain, cardText(line));
  if (line.name === "X-ABRELATEDNAMES") return relation(groupLabel(line, card) ?? "related", cardText(line));
  if (line.name === "RELATED") return relation(parameter(line, "TYPE") ?? "related", cardText(line).replace(/^urn:uuid:/i, ""));
  if (line.name === "X-ANDROID-CUSTOM") return androidRelation(line);
  return line.name === "AGENT" ? relation("agent", agentName(line)) : [];
}

/** A card that stands inside another is its agent's. */
export function agentOf(agent: Card): Relation[] {
  const line = agent.lines.find((each) => each.name === "FN") ?? agent.lines.find((each) => each.name === "N");
  return line === undefined ? [] : relation("agent", line.name === "FN" ? cardText(line) : cardParts(line).slice(0, 2).reverse().join(" "));
}

function relation(kind: string, name: string): Relation[] {
  return name.trim() === "" ? [] : [{ relation: kind.trim().toLowerCase(), name: name.trim() }];
}

/** vCard 3.0 puts the agent's card into a value; or it is a reference, which names nobody. */
function agentName(line: CardLine): string {
  const text = cardText(line);
  if (!/^BEGIN:VCARD/i.test(text)) return /^(?:cid|urn|https?):/i.test(text) ? "" : text;
  return /^FN[^:\n]*:(.*)$/im.exec(text)?.[1]?.trim() ?? "";
}

/** `vnd.android.cursor.item/relation;Name;kind;own word;…` */
function androidRelation(line: CardLine): Relation[] {
  const [type = "", name = "", kind = "", own = ""] = cardParts(line);
  if (!/\/relation$/.test(type)) return [];
  return relation(own || (androidRelations[Number(kind) - 1] ?? "related"), name);
}
