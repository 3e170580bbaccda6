/** Claims, evidence and operations as the contract has them. */

import type { Envelope, OpId } from "../../core/op/operation.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { type ListedClaim, listedClaims, namesOf, oneLine, opSentence, spokenSentence, topicIdOf } from "../../node/index.ts";
import type { Reader } from "../../store/index.ts";
import type { Claim, Line } from "./contract.ts";
import type { Session } from "./session.ts";

/** Characters of an object as JSON that a list shows. */
const objectMax = 1_000;
const sentenceMax = 300;

export function claimAnswer({ row, op, face }: ListedClaim, names: ReadonlyMap<string, string>): Claim {
  const payload = row.statement === "" ? {} : (op.payload ?? {});
  const { subject, predicate, object, confidence, rationale, method, valid_from, valid_until, corrects } = payload;
  const clipped = JSON.stringify(object ?? null).length > objectMax;
  return {
    id: op.op_id,
    status: row.status,
    author: op.author,
    ts: op.ts,
    ...(typeof subject === "string" ? { subject } : {}),
    ...(typeof predicate === "string" ? { predicate } : {}),
    ...(object === undefined || clipped ? {} : { object }),
    ...(typeof confidence === "number" ? { confidence } : {}),
    ...(typeof rationale === "string" ? { rationale: clip(rationale, 2_000) } : {}),
    ...(typeof method === "object" && method !== null ? { method: method as { name: string; version: string } } : {}),
    ...(typeof valid_from === "number" ? { valid_from } : {}),
    ...(typeof valid_until === "number" ? { valid_until } : {}),
    ...(typeof corrects === "string" ? { corrects } : {}),
    sentence: sentenceOf(payload),
    author_name: oneLine(names.get(op.author) ?? "", 60),
    topic: topicIdOf(row.predicate),
    clipped,
    trust: face.trust,
    effective_sensitivity: face.sensitivity,
    fresh: face.fresh,
    sources: face.sources
      .slice(0, 20)
      .map(({ adapter, kind, count }) => ({ adapter: oneLine(adapter, 60), kind: oneLine(kind, 60), count })),
    rests_on: face.restsOn,
    conflict: face.conflict,
  };
}

/** The claims of these ids that are there, in their order. */
export async function claimsAnswer(session: Session, ids: readonly OpId[]): Promise<Claim[]> {
  const { node, book } = session.opened;
  return node.replica.store.read(async (reader) => {
    const names = await namesOf(reader);
    return (await listedClaims(reader, book, ids)).map((claim) => claimAnswer(claim, names));
  });
}

/** What is said, to the owner, without the times of its validity, which the answer has as numbers. */
export function sentenceOf(payload: JsonObject): string {
  return payload["predicate"] === undefined ? "(its words are not here)" : spokenSentence(payload);
}

export function lineAnswer(op: Envelope): Line {
  const sentence = op.type === "claim" && op.payload ? sentenceOf(op.payload) : opSentence(op);
  return { id: op.op_id, type: op.type, sentence: oneLine(sentence, sentenceMax) };
}

export async function linesAnswer(reader: Reader, ids: readonly OpId[]): Promise<Line[]> {
  return (await reader.envelopes(ids)).map(lineAnswer);
}

/** Never in the middle of a character. */
export function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
