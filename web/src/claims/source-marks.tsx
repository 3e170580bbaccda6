/** Where a claim comes from, as small marks: `14 calendar entries`. */
import type { SourceCount } from "../api/contract.ts";
import { Icon } from "../shell/icon.tsx";
import { kindCount, kindIcon } from "./kinds.ts";

/** A claim may rest on a dozen kinds; the first say enough. */
const shownMax = 3;

export function SourceMarks({ sources }: { readonly sources: readonly SourceCount[] }) {
  const shown = sources.toSorted((left, right) => right.count - left.count).slice(0, shownMax);
  return shown.map(({ adapter, kind, count }) => (
    <span className="mark" key={`${adapter} ${kind}`} title={kindCount(kind, count)}>
      <Icon name={kindIcon(kind)} />
      {kindCount(kind, count)}
    </span>
  ));
}
