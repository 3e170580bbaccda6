/** What the evaluation reads from a pool: the words of the evidence, and the claims that rules made. */
import { listClaims, listEvidence, type Node } from "../src/node/index.ts";

export interface EvidenceText {
  readonly id: string;
  readonly kind: string;
  /** All texts in it. */
  readonly text: string;
  /** `2025-01-31` in local time, as far as it says one. */
  readonly date: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Derived {
  readonly id: string;
  readonly subject: string;
  readonly predicate: string;
  readonly object: unknown;
  readonly confidence: number;
  readonly derivedFrom: readonly string[];
}

const everything = 1_000_000;

export async function evidenceTexts(node: Node): Promise<Map<string, EvidenceText>> {
  const found = await listEvidence(node.replica, { limit: everything });
  return new Map(
    found.map(({ op }) => {
      const content = (op.payload?.["content"] ?? {}) as Record<string, unknown>;
      const at = op.payload?.["observed_at"];
      const date = localDate(content) ?? (typeof at === "number" ? new Date(at).toISOString().slice(0, 10) : "");
      return [op.op_id, { id: op.op_id, kind: String(op.payload?.["kind"]), text: texts(content).join("\n"), date, content }];
    }),
  );
}

export async function derivedClaims(node: Node): Promise<Derived[]> {
  const found = await listClaims(node.replica, { statuses: ["active"], limit: everything });
  return found
    .map(({ op }) => {
      const { subject, predicate, object, confidence, derived_from } = op.payload as unknown as Derived & { derived_from: string[] };
      return { id: op.op_id, subject, predicate, object, confidence, derivedFrom: derived_from };
    })
    .sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

function key({ predicate, subject, object }: Derived): string {
  return `${predicate} ${subject} ${JSON.stringify(object)}`;
}

export function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

function localDate(content: Readonly<Record<string, unknown>>): string | undefined {
  for (const member of ["start", "taken", "date"]) {
    const match = /\b((?:19|20)\d\d)[-:]?([01]\d)[-:]?([0-3]\d)(?!\d)/.exec(texts(content[member]).join(" "));
    if (match) return `${match[1]}-${match[2]}-${match[3]}`;
  }
  return undefined;
}
