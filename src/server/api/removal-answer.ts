/** Removing a device: what a person says happened, what that would do, and doing it. */
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { foresee, oneLine, planRemoval, type RemovalPlan, type RemovalWish, removeAsPlanned, resolveId } from "../../node/index.ts";
import { cascadeAnswer } from "./cascade-answer.ts";
import { lineAnswer } from "./claim-answers.ts";
import type { Removal, RemovalPreview, Removed } from "./contract.ts";
import type { Session } from "./session.ts";

/** Changes nothing. Rejects as `planRemoval` does, and with `usage` when stolen says neither since when nor what still counts. */
export async function previewRemoval(session: Session, key: Did, removal: Removal): Promise<RemovalPreview> {
  const plan = await planRemoval(session.node, await wishOf(session, key, removal));
  const moved = await foresee(session.node, (node) => removeAsPlanned(node, plan, null));
  const { device, reason, since, last, lastAt, contested, falls, unwitnessed, outranks } = plan;
  return {
    ...(await cascadeAnswer(session, moved, new Set())),
    key,
    name: oneLine(device.name, 60),
    reason,
    since,
    last,
    last_at: lastAt,
    contested: contested.operations,
    types: contested.types,
    newest: contested.newest.map(lineAnswer),
    devices: falls.map((each) => ({ key: each.key, name: oneLine(each.name, 60) })),
    unwitnessed,
    outranks,
  };
}

/** By the same rule as the preview, with what is known here by now. */
export async function removeByWish(session: Session, key: Did, removal: Removal): Promise<Removed> {
  if (key === session.node.writer.did) {
    throw new PoolError("usage", "that is this device itself", {
      hint: "Remove it from another one, or as root: `fablepool device remove`.",
    });
  }
  const plan: RemovalPlan = await planRemoval(session.node, await wishOf(session, key, removal));
  const op = await removeAsPlanned(session.node, plan, null);
  const { reason, last, contested, falls } = plan;
  return { op, removed: key, reason, last, contested: contested.operations, falls: falls.map((each) => each.key) };
}

async function wishOf(session: Session, key: Did, { reason, since: from, last }: Removal): Promise<RemovalWish> {
  const since = from ?? null;
  const what = reason ?? (since === null ? "retired" : "stolen");
  if (what === "stolen" && since === null && last === undefined)
    throw new PoolError("usage", "stolen since when?", { hint: "Give `since`; or `last`, which names what still counts." });
  const wish = { key, reason: what, since, asRoot: false };
  if (last === undefined) return wish;
  return { ...wish, last: last === "newest" || last === "none" ? last : await resolveId(session.node.replica, last) };
}
