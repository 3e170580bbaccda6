/**
 * A long dialogue of two people with questions about it, from a file of the LoCoMo collection, as the export of a chat that our importer
 * reads. The files may be used for measurements that earn nothing, and are no part of the project (docs/recall.md).
 */
import { readFileSync } from "node:fs";
import type { Envelope } from "../../src/core/op/operation.ts";
import type { Asked } from "./persona.ts";

interface Turn {
  readonly speaker: string;
  readonly dia_id: string;
  readonly text: string;
  readonly blip_caption?: string;
}

interface Told {
  readonly question: string;
  readonly evidence: readonly string[];
  readonly category: number;
}

export interface Dialogue {
  /** The chat's export, to be written into a file. */
  readonly chat: string;
  /** Questions that the dialogue answers, and ones that it seems to and does not, once it was imported. */
  questions(ops: readonly Envelope[]): { readonly answerable: readonly Asked[]; readonly adversarial: readonly string[] };
}

/** The category of questions that are put as if the dialogue answered them. */
const adversarial = 5;
const minuteMs = 60_000;

export function readDialogue(path: string): Dialogue {
  const file = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  const sessions = Object.keys(file).filter((name) => /^session_\d+$/.test(name));
  const turns = sessions.flatMap((session) => {
    const began = instantOf(String(file[`${session}_date_time`]));
    return (file[session] as Turn[]).map((turn, index) => ({ turn, at: began + index * minuteMs }));
  });
  const numbers = new Map(turns.map(({ turn }, index) => [turn.dia_id, index + 1]));
  const messages = turns.map(({ turn: { speaker, text, blip_caption }, at }, index) => ({
    id: index + 1,
    type: "message",
    date_unixtime: String(at / 1_000),
    from: speaker,
    from_id: `user${speaker}`,
    text: blip_caption === undefined ? text : `${text} [${blip_caption}]`,
  }));
  const told = file["qa"] as Told[];
  return {
    chat: JSON.stringify({ name: String(file["speaker_b"]), type: "personal_chat", id: 1, messages }),
    questions(ops) {
      const byNumber = new Map(ops.map((op) => [Number(String(op.payload?.["external_id"]).split("/").at(-1)), op.op_id]));
      const answerable = told.flatMap(({ question, evidence, category }): Asked[] => {
        const ids = evidence.flatMap((names) => names.split(/[;\s]+/)).flatMap((name) => byNumber.get(numbers.get(name) ?? 0) ?? []);
        return category === adversarial || ids.length === 0 ? [] : [{ question, type: `category ${category}`, evidence: new Set(ids) }];
      });
      return { answerable, adversarial: told.filter(({ category }) => category === adversarial).map(({ question }) => question) };
    },
  };
}

/** `1:56 pm on 8 May, 2023`, as if in UTC. */
function instantOf(text: string): number {
  const [, time, half, date] = /^(\d+:\d\d) ([ap]m) on (.+)$/.exec(text) ?? [];
  return Date.parse(`${date} ${time} ${half} UTC`);
}
