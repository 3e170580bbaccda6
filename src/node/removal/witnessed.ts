/** What other devices had seen of a device's work before a time: what nobody had seen, its key could still have dated back. */
import type { ControlLog } from "../../core/admission/control-log.ts";
import { isRemoved } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { OpId } from "../../core/op/operation.ts";
import type { OpInfo, Reader } from "../../store/index.ts";

/**
 * How many of `infos`, the first operations of `key` in their order, are before something that another device in good standing wrote before
 * `since`, by that device's clock.
 */
export async function witnessed(
  reader: Reader,
  log: ControlLog,
  { key, since }: { readonly key: Did; readonly since: number | null },
  infos: readonly OpInfo[],
): Promise<number> {
  const witnesses = await newestBefore(reader, log, key, since ?? 0);
  if (witnesses.length === 0) return 0;
  // Whoever saw one of them saw all before it, so the number is found by halving.
  let [seen, unseen] = [0, infos.length + 1];
  while (unseen - seen > 1) {
    const middle = (seen + unseen) >>> 1;
    if (await reader.reaches(witnesses, infos[middle - 1]?.id as OpId)) seen = middle;
    else unseen = middle;
  }
  return seen;
}

/** Of each other device its newest operation of before `since`. */
async function newestBefore(reader: Reader, log: ControlLog, key: Did, since: number): Promise<OpId[]> {
  const view = log.view();
  const ids: OpId[] = [];
  for (const { n, author, parentSeq, tipSeq } of log.chains.values()) {
    if (author === key || !view.devices.has(author) || isRemoved(view, author)) continue;
    for (let upTo = tipSeq; upTo > parentSeq; upTo -= pageOps) {
      const from = Math.max(parentSeq + 1, upTo - pageOps + 1);
      const seqs = Array.from({ length: upTo - from + 1 }, (_, index) => from + index);
      const known = [...(await reader.known(await reader.idsAt(n, seqs))).values()].filter(({ ts }) => ts < since);
      const newest = known.sort((left, right) => left.seq - right.seq).at(-1);
      if (newest !== undefined) {
        ids.push(newest.id);
        break;
      }
    }
  }
  return ids;
}

const pageOps = 500;
