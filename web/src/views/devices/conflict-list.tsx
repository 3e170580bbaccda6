/** What devices disagreed about and how that came out; forks; work that no longer counts. */
import type { Conflict, Conflicts } from "../../api/contract.ts";
import { usePages } from "../../api/pages.ts";
import { to } from "../../router/router.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";

export function ConflictList({ conflicts: { items: first, forks, contested } }: { readonly conflicts: Conflicts }) {
  const { items: paged, isDone, more } = usePages<Conflict>("/conflicts");
  const items = byWinner(paged.length === 0 ? first : paged);
  return (
    <section className="stack" aria-labelledby="conflicts">
      <h2 id="conflicts">{t("conflicts.title")}</h2>
      {items.length + forks.length + contested.total === 0 && <p className="quiet">{t("conflicts.none")}</p>}
      {items.map((conflict) => (
        <ConflictCard key={conflict.winner.id} conflict={conflict} />
      ))}
      {paged.length > 0 && !isDone && (
        <button type="button" className="button button-small" onClick={more}>
          {t("conflicts.more")}
        </button>
      )}
      {forks.map(({ key, name, words }) => (
        <div className="card" key={key}>
          <p>
            <strong>
              <Words text={name === "" ? `…${key.slice(-8)}` : name} max={60} />
            </strong>{" "}
            <Words text={words} />
          </p>
        </div>
      ))}
      {contested.total > 0 && (
        <div className="card stack stack-tight">
          <p>
            <Words text={contested.words} />
          </p>
          <ul className="plain-list quiet">
            {contested.items.map(({ id, sentence }) => (
              <li key={id}>
                <Words text={sentence} max={160} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** What gave way to one claim may stand on several pages. */
function byWinner(items: readonly Conflict[]): Conflict[] {
  const cards = new Map<string, Conflict>();
  for (const item of items) {
    const before = cards.get(item.winner.id);
    cards.set(item.winner.id, before ? { ...before, losers: [...before.losers, ...item.losers] } : item);
  }
  return [...cards.values()];
}

function ConflictCard({ conflict: { words, winner, losers } }: { readonly conflict: Conflict }) {
  return (
    <article className="card conflict">
      <p className="quiet">
        <Words text={words} />
      </p>
      <ul>
        <li className="conflict-winner">
          <a href={to("claim", winner.id)}>
            <Words text={winner.sentence} max={160} />
          </a>
          <span className="tag tag-good">{t("conflict.stands")}</span>
        </li>
        {losers.map(({ id, sentence }) => (
          <li key={id}>
            <a href={to("claim", id)}>
              <Words text={sentence} max={160} />
            </a>
            <span className="tag">{t("conflict.gave-way")}</span>
          </li>
        ))}
      </ul>
    </article>
  );
}
