import { PoolError } from "../core/errors.ts";

/**
 * Asks a person at the terminal to agree; no is the answer that Enter gives. Throws `PoolError`: `usage` with `noOne` where nobody
 * is there to ask, `interrupted` on Ctrl-C or Esc.
 */
export async function agree(message: string, noOne: string): Promise<boolean> {
  checkCanAsk(noOne);
  const { confirm, isCancel } = await import("@clack/prompts"); // loaded only when asking
  const answer = await confirm({ message, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new PoolError("interrupted", "interrupted: nothing was done");
  return answer;
}

/** For what is asked after a long time: throws `PoolError("usage")` with `noOne` before it, where nobody is there to ask. */
export function checkCanAsk(noOne: string): void {
  if (!process.stdin.isTTY) throw new PoolError("usage", noOne);
}
