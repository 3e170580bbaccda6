/** The core on a model's operations: its admission and its device view, asked for in any order of arrival. */
import { type Admitted, type Answer, admit, type Decisions } from "../../src/core/admission/admit.ts";
import { ControlLog } from "../../src/core/admission/control-log.ts";
import { standingOf } from "../../src/core/admission/device-view.ts";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { controlTypes, type Envelope, type OpId } from "../../src/core/op/operation.ts";
import type { Shaped } from "../../src/core/op/shape.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { has, type Key, type Op, type View } from "./rules.ts";

const dids: readonly Did[] = ["root", "one", "two", "three", "four"].map((name) => fixedKey(nativeCrypto, name).did);
const keyOf = (did: string): Key => dids.indexOf(did as Did);

/** Ids count up, so that ties are broken in the order of the list. */
export function idOf(at: number): OpId {
  return `op:${at.toString(16).padStart(64, "0")}` as OpId;
}

export const atOf = (id: string): number => Number.parseInt(id.slice(3), 16);

const shapes = new WeakMap<Op, Shaped>();

/** The operation as admission gets it: what was before (form, hashes, signature) has been looked at. */
export function shapedOf(op: Op): Shaped {
  const shaped = shapes.get(op) ?? shape(op);
  shapes.set(op, shaped);
  return shaped;
}

function shape(op: Op): Shaped {
  const { at, author, seq, lamport, prev } = op;
  const { type, payload } = said(op);
  const others = prev.slice(seq > 1 ? 1 : 0).map(idOf);
  const envelope: Envelope = {
    op_id: idOf(at),
    v: 1,
    pool: type === "genesis" ? null : idOf(0),
    author: dids[author] as Did,
    seq,
    lamport,
    prev: [...(seq > 1 ? prev.slice(0, 1).map(idOf) : []), ...others.sort()],
    ts: at,
    type,
    payload_hash: `sha256:${"0".repeat(64)}`,
    salt: saltOf(at),
    payload,
    sig: "0".repeat(128),
  };
  return { envelope, payloadText: JSON.stringify(payload) };
}

/** Found as it is wherever a payload is kept. */
export const saltOf = (at: number) => `5a17${at.toString(16).padStart(28, "0")}`;

function said({ at, act }: Op): { readonly type: string; readonly payload: JsonObject } {
  switch (act.do) {
    case "genesis":
      return { type: "genesis", payload: { owner: dids[0] as Did } };
    case "add":
      return { type: "device_add", payload: { key: dids[act.key] as Did, role: act.role } };
    case "remove":
      return { type: "device_remove", payload: { key: dids[act.key] as Did, last: act.last === null ? null : idOf(act.last) } };
    case "redact":
      return { type: "redaction", payload: { targets: [idOf(act.target)] } };
    case "write": {
      const source = { adapter: "model", version: "1" };
      return {
        type: "evidence",
        payload: { source, origin: "import", external_id: `${at}`, kind: "note", content: { text: `word${at}` } },
      };
    }
  }
}

/** A log in the core's hands. */
export class CoreLog {
  readonly log = new ControlLog();
  readonly #known = new Map<OpId, Admitted>();
  readonly #ops: readonly Op[];

  constructor(ops: readonly Op[]) {
    this.#ops = ops;
  }

  /** Takes operations in as one batch. */
  take(ops: readonly Op[]): Decisions {
    const asking = admit({ pool: idOf(0), ops: ops.map(shapedOf) }, this.log);
    let step = asking.next();
    while (!step.done) {
      const question = step.value;
      const answer: Answer =
        question.ask === "known"
          ? new Map(question.ids.flatMap((id) => (this.#known.has(id) ? [[id, this.#known.get(id) as Admitted] as const] : [])))
          : question.from.some((id) => id === question.target || has(this.#ops[atOf(id)]?.past ?? 0, atOf(question.target)));
      step = asking.next(answer);
    }
    for (const admitted of step.value.accepted) this.#known.set(admitted.id, admitted);
    return step.value;
  }

  /** The core's device view in the model's words. */
  view(): Pick<View, "ranked" | "effective"> & { readonly removals: readonly string[] } {
    const { devices, removals, effective } = this.log.view();
    const ranked = [...devices.values()].sort((left, right) => left.rank - right.rank);
    return {
      ranked: ranked.map(({ key, role }) => ({ key: keyOf(key), role: role as "full" })),
      effective: [...effective].reduce((bits, id) => bits | (1 << atOf(id)), 0),
      removals: [...removals].flatMap(([key, list]) => list.map(({ op }) => `${atOf(op)} removes ${keyOf(key)}`)).sort(),
    };
  }

  standing(at: number): "counts" | "contested" | "void" | "missing" {
    const op = this.#known.get(idOf(at));
    if (op === undefined) return "missing";
    return standingOf(this.log.view(), this.log.chains, { ...op, control: controlTypes.has(op.type) });
  }
}
