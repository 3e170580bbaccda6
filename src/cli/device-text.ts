/** What is said of devices in plain words: what happened, what it means, and what to do. */
import type { RemovalPlan, SeenDevice, ToldRemoved } from "../node/index.ts";
import { claimSentence, counted, oneLine, shortId } from "./text.ts";

export function nameOf({ name, key }: Pick<SeenDevice, "name" | "key">): string {
  return name === "" ? key : oneLine(name, 64);
}

export function removedWords({ by, name }: ToldRemoved): string {
  return `this device was removed, says ${name || by}: it stopped writing. \`fablepool pair\` there and \`fablepool join\` here take it in again`;
}

export const restoredWords =
  "this store is a copy, or was restored from a backup, and may lack what this device wrote later: it writes again after the next sync, so that nothing " +
  "is written twice (`fablepool sync --none-newer` if no device holds more)";

/** A fork: one key went on from one operation in two ways. */
export function forkWords(who: string, isSelf: boolean): string {
  const todo = isSelf
    ? "If you restored a backup of this device, all is well. If its key may be in two places, `fablepool key rotate` gives this one its own"
    : "If that was a backup of it, all is well. Else its key is in two places: remove it, and pair the right one anew";
  return `${who} wrote two histories: its key was copied, or a backup of it restored. Both count, and nothing is lost. ${todo}`;
}

/** What a removal would do, before it is done. */
export function planWords(plan: RemovalPlan): string {
  const { device, last, lastAt, contested, falls, unwitnessed, outranks } = plan;
  const who = nameOf(device);
  const kept =
    last === null ? "nothing that it wrote counts any more" : `what it wrote up to ${dateOf(lastAt)} (${shortId(last)}) still counts`;
  const isSilent = last === null && contested.operations === 0;
  const counts = isSilent ? "nothing that it wrote is known here" : kept;
  const lines = [`Removing ${who} (${plan.reason}): ${counts}; what arrives later does not count.`];
  if (contested.operations === 0) lines.push("Nothing that is known here loses its effect.");
  else {
    const types = Object.entries(contested.types).map(([type, count]) => `${count.toLocaleString("en")} ${type}`);
    lines.push(`${counted(contested.operations, "operation")} known here lose their effect: ${types.join(", ")}. The newest:`);
    for (const { op_id, type, ts, payload } of contested.newest) {
      lines.push(`  ${shortId(op_id)}  ${dateOf(ts)}  ${type === "claim" ? claimSentence(payload) : type}`);
    }
  }
  for (const each of falls) lines.push(`${nameOf(each)} falls with it: only ${who} added it. Pair it anew if it is yours.`);
  if (unwitnessed > 0) {
    lines.push(
      `${counted(unwitnessed, "operation")} that still count had reached no other device by then: their dates are ${who}'s own word. ` +
        "`fablepool log` shows them; --last names an earlier one.",
    );
  }
  if (outranks) lines.push(`${who} ranks before this device and could answer with a removal of its own: --as-root stops it for good.`);
  return lines.join("\n");
}

function dateOf(ts: number | null): string {
  return ts === null ? "-" : new Date(ts).toISOString().slice(0, 16).replace("T", " ");
}
