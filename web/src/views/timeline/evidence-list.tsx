/** The items of a stretch of time, newest first, however many. */
import { withQuery } from "../../api/client.ts";
import type { EvidenceItem } from "../../api/contract.ts";
import { usePages } from "../../api/pages.ts";
import { kindIcon, kindName } from "../../claims/kinds.ts";
import { to as address } from "../../router/router.ts";
import { Bones } from "../../shell/bones.tsx";
import { Icon } from "../../shell/icon.tsx";
import { Trouble } from "../../shell/trouble.tsx";
import { VirtualList } from "../../shell/virtual-list.tsx";
import { t } from "../../strings/text.ts";
import { dayText } from "../../words/time.ts";
import { Words } from "../../words/words.tsx";

export function EvidenceList({ from, to, source }: { readonly from: number; readonly to: number; readonly source: string }) {
  const { items, total, isDone, isLoading, problem, more } = usePages<EvidenceItem>(withQuery("/evidence", { from, to, source }));
  if (items.length === 0) {
    if (problem && problem.code !== "unreachable") return <Trouble problem={problem} />;
    return isLoading ? <Bones count={3} /> : <p className="quiet">{t("timeline.empty")}</p>;
  }
  return (
    <section className="stack stack-tight" aria-labelledby="items">
      <h2 id="items">{total === null ? t("timeline.items.some") : t("timeline.items", { count: total })}</h2>
      <div className="card list-card">
        <VirtualList label={t("timeline.list")} items={items} isDone={isDone} keyOf={(item) => item.id} estimate={62} onEnd={more}>
          {(item) => <EvidenceRow item={item} />}
        </VirtualList>
      </div>
    </section>
  );
}

function EvidenceRow({ item: { id, kind, title, snippet, when, source } }: { readonly item: EvidenceItem }) {
  return (
    <article className="claim evidence-row">
      <a className="claim-link" href={address("evidence", id)}>
        <Words text={title === "" ? snippet : title} max={140} />
      </a>
      <div className="facts">
        <span className="mark">
          <Icon name={kindIcon(kind)} />
          {kindName(kind, 1)}
        </span>
        {when !== null && <span>{dayText(when)}</span>}
        {source && <Words text={source.words} max={60} />}
      </div>
    </article>
  );
}
