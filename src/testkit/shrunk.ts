/** Makes a failing list small: of envelopes, of actions, of anything whose every part is a case of its own. */

/** A shorter list on which `fails` still holds, none of whose members can be left out (delta debugging). */
export async function shrunk<Member>(
  members: readonly Member[],
  fails: (members: readonly Member[]) => Promise<boolean>,
): Promise<readonly Member[]> {
  let kept = members;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length; ) {
      const fewer = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (fewer.length < kept.length && (await fails(fewer))) kept = fewer;
      else start += size;
    }
  }
  return kept;
}
