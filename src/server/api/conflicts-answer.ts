/** What disagreed, and how it was decided, in plain words. */
import type { OpId } from "../../core/op/operation.ts";
import { contestedWork, counted, listDevices, listedClaims, namesOf, oneLine, shortDid, winnersOver } from "../../node/index.ts";
import { claimAnswer, lineAnswer } from "./claim-answers.ts";
import type { Claim, Conflicts } from "./contract.ts";
import { cursorOf, placeOf } from "./cursor.ts";
import type { Session } from "./session.ts";

const contestedShown = 50;

/** A page of claims that lost, gathered by the claims that stand instead of them. */
export async function conflictsAnswer(
  session: Session,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Conflicts> {
  const { node, book } = session.opened;
  const { replica } = node;
  const { items, next, total } = await replica.store.read(async (reader) => {
    const names = await namesOf(reader);
    const lost = await reader.claimList({ statuses: ["superseded"], after: placeOf(after), limit });
    const winners = await winnersOver(
      replica,
      reader,
      lost.map((row) => ({ row })),
    );
    const ids = [...new Set([...winners.values()].map(({ op_id }) => op_id)), ...lost.map(({ id }) => id)];
    const shown = new Map((await listedClaims(reader, book, ids)).map((each) => [each.row.id, claimAnswer(each, names)]));
    const groups = Map.groupBy(lost, ({ id }) => winners.get(id)?.op_id ?? null);
    const found = [...groups].flatMap(([winner, losers]) =>
      conflictOf(
        winner,
        losers.map(({ id }) => id),
        shown,
      ),
    );
    const counts = await book.counts(reader);
    const all = counts.filter(({ status }) => status === "superseded").reduce((sum, { count }) => sum + count, 0);
    return { items: found, next: lost.length === limit ? cursorOf(lost.at(-1) ?? null) : null, total: all };
  });
  const contested = await contestedWork(replica, contestedShown);
  const forked = (await listDevices(replica)).filter(({ chains }) => chains > 1);
  return {
    items,
    next,
    total,
    forks: forked.map(({ key, name, chains }) => ({
      key,
      name: oneLine(name, 60),
      chains,
      words: forkWords(name === "" ? shortDid(key) : name, chains),
    })),
    contested: {
      total: contested.total,
      items: contested.ops.map(lineAnswer),
      words: contested.total === 0 ? "" : contestedWords(contested.total),
    },
  };
}

function conflictOf(winner: OpId | null, losers: readonly OpId[], shown: ReadonlyMap<OpId, Claim>): Conflicts["items"] {
  const stands = winner === null ? undefined : shown.get(winner);
  const lost = losers.flatMap((id) => shown.get(id) ?? []);
  if (stands === undefined || lost.length === 0) return [];
  const { subject = "", predicate = "" } = stands;
  return [{ subject: oneLine(subject, 200), predicate, words: decidedWords(stands), winner: stands, losers: lost }];
}

function decidedWords({ trust, method }: Claim): string {
  const own = trust === "user" || method?.name === "stated";
  return own
    ? "Only one of these can be so at a time. What you said yourself stands over what was concluded, and your latest word over an earlier one."
    : "Only one of these can be so at a time. Nobody has said which: the latest stands. Confirm one, or refute the other, to decide it.";
}

function forkWords(name: string, chains: number): string {
  return `${oneLine(name, 60)} wrote ${chains} histories: its key was copied to another machine, or a backup of it was restored. Both are kept. If you did not do that, remove the device.`;
}

function contestedWords(total: number): string {
  return `${counted(total, "operation")} of removed devices, from after the last that still counts. They are kept, and count for nothing.`;
}
