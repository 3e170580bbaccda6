/** What devices disagreed about and how that came out; forks; work that no longer counts. */
import type { Conflict, Conflicts } from "../../api/contract.ts";
import { to } from "../../router/router.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";

export function ConflictList({ conflicts: { items, total, forks, contested } }: { readonly conflicts: Conflicts }) {
  return (
    <section className="stack" aria-labelledby="conflicts">
      <h2 id="conflicts">{t("conflicts.title")}</h2>
      {items.length + forks.length + contested.total === 0 && <p className="quiet">{t("conflicts.none")}</p>}
      {items.map((conflict) => (
        <ConflictCard key={conflict.winner.id} conflict={conflict} />
      ))}
      {total !== null && total > items.length && <p className="quiet small">{t("conflicts.more", { count: total - items.length })}</p>}
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
