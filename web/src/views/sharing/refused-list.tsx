/** Who asked and was not answered: noted on this device alone. */
import type { Ledger } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { momentText } from "../../words/time.ts";
import { Words } from "../../words/words.tsx";

/** Older ones are in `fablepool ledger`. */
const shownMax = 20;

export function RefusedList({ attempts }: { readonly attempts: Ledger["attempts"] }) {
  return (
    <section className="card stack refused" aria-labelledby="refused">
      <h2 id="refused">{t("refused.title")}</h2>
      <p className="quiet">{t("refused.text")}</p>
      <ol className="history">
        {attempts.slice(0, shownMax).map(({ at, key, type }) => (
          <li key={`${at} ${key} ${type}`}>
            <span className="quiet small">{momentText(at)}</span>
            <span>
              <Words text={key === null ? t("refused.unknown") : `…${key.slice(-8)}`} /> · <Words text={type} max={60} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
