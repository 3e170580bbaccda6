/** The control operations that prove to a delegate who granted, who serves and who revoked (section 8; spec DEL-15). */
import type { ControlLog } from "../../core/admission/control-log.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { OpId } from "../../core/op/operation.ts";

/**
 * Ids, the genesis among them: the adds that lead from root to each of `keys`, every `device_add` that adds one of `full` as such,
 * be it contested, and every effective removal of a key that may have served, with what proves those who removed. Rejects with
 * `PoolError("too_large")` beyond what a delegate takes.
 */
export function provingOps(log: ControlLog, keys: readonly Did[], full: readonly Did[]): OpId[] {
  const view = log.view();
  const ops = new Set<OpId>();
  const prove = (key: Did) => {
    for (let each: Did | undefined = key; each !== undefined; ) {
      const add: OpId | undefined = view.devices.get(each)?.add;
      if (add === undefined || ops.has(add)) return;
      ops.add(add);
      each = log.controls.get(add)?.author;
    }
  };
  if (view.root !== null) prove(view.root);
  for (const key of keys) prove(key);
  for (const { id, type, key, role } of log.controls.values()) {
    if (type === "device_add" && role === "full" && full.includes(key)) ops.add(id);
  }
  for (const [key, removals] of view.removals) {
    const role = view.devices.get(key)?.role;
    if (role !== "full" && role !== "mirror") continue;
    for (const { op, by } of removals) {
      ops.add(op);
      prove(by);
    }
  }
  if (ops.size > limits.authorityOps) throw new PoolError("too_large", "this pool has removed more devices than a delegate can be shown");
  return [...ops];
}
