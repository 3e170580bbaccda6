/**
 * Questions about a person's life with the evidence behind each answer, from a persona folder: `native/` (files as people have
 * them), `QA/QA_clean.json` (questions, each with the ids of its evidence) and `native/ids.json` (in which file and under which
 * key each id lies). The folder is no part of the project.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Envelope, OpId } from "../../src/core/op/operation.ts";
import type { Json } from "../../src/core/ports.ts";
import type { Node } from "../../src/node/index.ts";

export interface Asked {
  readonly question: string;
  readonly type: string;
  /** Ids of evidence operations: all of the answer's evidence that was imported. */
  readonly evidence: ReadonlySet<OpId>;
}

export interface Questions {
  readonly answerable: readonly Asked[];
  /** Questions that the data says have no answer. */
  readonly unanswerable: readonly string[];
  readonly all: number;
  /** Pieces of evidence that lie in no file. */
  readonly lost: number;
}

interface Place {
  readonly file: string;
  readonly key: string | { readonly date: number; readonly address: string };
}

/** Where data of this name lies: below FABLEPOOL_DATA, or beside the project. Null when it is nowhere. */
export function dataAt(name: string): string | null {
  const roots = [process.env["FABLEPOOL_DATA"], join(import.meta.dirname, "../../../shared/data")];
  const found = roots.filter((root) => root !== undefined).map((root) => join(root, name));
  return found.find((path) => existsSync(path)) ?? null;
}

export async function evidenceIn(node: Node): Promise<Envelope[]> {
  return node.replica.store.read((reader) => reader.newest({ type: "evidence", limit: Number.MAX_SAFE_INTEGER }));
}

/** The questions with what was imported of their evidence. */
export function questionsOf(persona: string, ops: readonly Envelope[]): Questions {
  const ids = readJson(join(persona, "native/ids.json")) as Record<string, Record<string, Place[]>>;
  const places = new Map(
    Object.entries(ids).flatMap(([type, all]) =>
      // A photo's id is the last part of its file's.
      Object.entries(all).flatMap(([id, found]) => [[`${type} ${type === "photo" ? id.split("_").at(-1) : id}`, found] as const]),
    ),
  );
  const byName = new Map(ops.flatMap((op) => namesOf(op).map((name) => [name, op.op_id] as const)));
  const questions = readJson(join(persona, "QA/QA_clean.json")) as {
    question: string;
    question_type: string;
    evidence?: { type: string; id: Json }[];
  }[];
  let lost = 0;
  const asked = questions.map(({ question, question_type: type, evidence = [] }) => {
    const found = evidence.flatMap(({ type: of, id }) => {
      const known = (places.get(`${of} ${id}`) ?? []).flatMap(({ key }) => byName.get(nameOf(of, key)) ?? []);
      if (known.length === 0) lost++;
      return known;
    });
    return { question, type, evidence: new Set(found) };
  });
  const isAnswerable = ({ type, evidence }: Asked) => type !== "Unanswerable" && evidence.size > 0;
  return {
    answerable: asked.filter(isAnswerable),
    unanswerable: asked.filter(({ type }) => type === "Unanswerable").map(({ question }) => question),
    all: asked.length,
    lost,
  };
}

const typeOfKind: Readonly<Record<string, string>> = {
  event: "calendar",
  note: "note",
  photo: "photo",
  message: "sms",
  call: "call",
  contact: "contact",
};

/** An item's name at its source, as `ids.json` has it. */
function namesOf({ payload = {} }: Envelope): string[] {
  const type = typeOfKind[String(payload["kind"])];
  const id = String(payload["external_id"]);
  if (type === undefined) return [];
  if (type === "sms" || type === "call") return [`${type} ${id.split("/").slice(1, 3).join(" ")}`];
  return [`${type} ${id.split("/").at(-1)}`];
}

function nameOf(type: string, key: Place["key"]): string {
  return typeof key === "string" ? `${type} ${key}` : `${type} ${key.date} ${key.address}`;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
