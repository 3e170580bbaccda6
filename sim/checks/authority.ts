/**
 * No unauthorised effect: what a device holds and shows is what the oracle, a second reading of the specification, says of
 * these operations. Above all, it holds none that the oracle would not have admitted.
 */

import { ControlLog } from "../../src/core/admission/control-log.ts";
import { standingOf } from "../../src/core/admission/device-view.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import { controlTypes } from "../../src/core/op/operation.ts";
import type { Tables } from "../../src/store/index.ts";
import { judgeAll, late, nodeOf, type OracleVerdict } from "../../src/testkit/oracle.ts";
import { hashesHold, isSigned, isWellShaped } from "../../src/testkit/oracle-shape.ts";
import type { Device } from "../device.ts";
import type { World } from "../world.ts";

/** Compares a device with the oracle, and gives what that said. */
export function checkAuthority(world: World, device: Device): OracleVerdict {
  const { tables } = device.disk;
  const verdict = judgeAll(
    world.crypto,
    String(world.pool),
    [...tables.ops.values()].map(({ envelope }) => envelope),
  );
  const unlike = (what: string, right: unknown, found: unknown) => {
    const [expected, shown] = [canonical(right as never), canonical(found as never)];
    if (expected !== shown)
      world.find("authority", `device ${device.index}, ${what}: it has\n   ${shown}\nthe oracle says\n   ${expected}`);
  };
  const unlawful = [...tables.ops.keys()].filter((id) => !verdict.accepted.has(id));
  for (const id of unlawful) {
    const step = verdict.rejected.get(id) ?? verdict.step(tables.ops.get(id)?.envelope);
    world.find("authority", `device ${device.index} holds ${id}, which the oracle refuses: ${step}`);
  }
  if (unlawful.length > 0) return verdict;
  const claims = [...tables.claims.values()].map(({ id, status }) => [id, status] as const);
  unlike("claims", Object.fromEntries(verdict.statuses), Object.fromEntries(claims));
  unlike("heads", verdict.heads, [...tables.heads.keys()].sort());
  unlike("contested", [...verdict.contested].sort(), contestedIn(tables));
  unlike("payloads", [...verdict.payloads].sort(), withPayload(tables));
  for (const [id, reason] of tables.rejected) {
    const value = world.sent.get(id) ?? world.written.get(id);
    if (isWronglyRejected(world, verdict, value))
      world.find("authority", `device ${device.index} refuses ${id} for ever (${reason}): the oracle admits it`);
  }
  return verdict;
}

function withPayload(tables: Tables): string[] {
  return [...tables.ops.values()].flatMap(({ info }) => (info.hasPayload ? [info.id] : [])).sort();
}

function contestedIn({ ops, chains, pasts, controls }: Tables): string[] {
  const log = new ControlLog({ chains: [...chains.values()], pasts: [...pasts.values()], controls: [...controls.values()] });
  const contested = [...ops.values()].filter(
    ({ info }) => standingOf(log.view(), log.chains, { ...info, control: controlTypes.has(info.type) }) === "contested",
  );
  return contested.map(({ info }) => info.id).sort();
}

function isWronglyRejected(world: World, { log }: OracleVerdict, value: unknown): boolean {
  if (!isWellShaped(value) || !hashesHold(world.crypto, value) || !isSigned(world.crypto, value)) return false;
  if (!value.prev.every((id) => log.has(id))) return false;
  return late(log, nodeOf(log, value, value.payload ?? null)) === "accepted";
}
