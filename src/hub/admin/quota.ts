/**
 * How much a pool may hold (spec/11-hosting.md, HOS-11). It is asked inside the transaction that adds, so that it holds over all processes to
 * the byte. What erases, revokes or changes who may write is taken beyond it, so that an owner can always make room and leave; that has a
 * reserve, since it is whoever fills a pool who writes it.
 */

import { PoolError } from "../../core/errors.ts";
import { controlTypes } from "../../core/op/operation.ts";
import type { Json } from "../../core/ports.ts";
import { isObject } from "../../core/sync/messages.ts";
import { type Admits, type Growth, type Held, sizeOfOps } from "../../store/postgres/index.ts";
import type { Hosted } from "../hub.ts";
import { adminLimits } from "./admin-limits.ts";

const taken: ReadonlySet<string> = new Set([...controlTypes, "redaction", "refutation", "cap_revoke"]);

/** Those of a push that are taken beyond the quota. */
export function takenAlways(ops: readonly Json[]): Json[] {
  return ops.filter((op) => isObject(op) && typeof op["type"] === "string" && taken.has(op["type"]));
}

/** Refuses, with `PoolError("storage")`, what would go beyond the quota of the pool as it is when it is asked. */
export function withinQuota(now: () => Pick<Hosted, "quota" | "did">): Admits {
  return (growth) => {
    const { quota, did } = now();
    // What this hub writes itself is the record of what it gave to whom.
    const always = growth.ops.filter(({ type, author }) => taken.has(type) || author === did);
    const beside: Held = { operations: always.length, bytes: always.length === 0 ? 0 : sizeOfOps(always) };
    const adds = growth.ops.length === 0 || always.length < growth.ops.length;
    for (const unit of ["operations", "bytes"] as const) {
      const most = quota[unit];
      if (most === null) continue;
      const isBeyond = adds && growth.after[unit] - beside[unit] > most;
      if (isBeyond || growth.after[unit] > most + reserveOf(most, unit)) throw beyond(growth, unit, most);
    }
  };
}

function reserveOf(most: number, unit: keyof Held): number {
  return Math.max(most, adminLimits.reserve[unit]);
}

function beyond({ before, after }: Growth, unit: keyof Held, most: number): PoolError {
  const text = `the quota of this pool is met: it may hold ${most} ${unit} here, holds ${before[unit]}, and this would make ${after[unit]}`;
  return new PoolError("storage", text, { unit, most, held: before[unit] });
}
