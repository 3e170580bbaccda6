/** The few claims that wait for a word of the person: why each does, and the word itself, one press away. */

import { useState } from "react";
import type { AttentionItem } from "../../api/contract.ts";
import { usePages } from "../../api/pages.ts";
import { Bones } from "../../shell/bones.tsx";
import { Trouble } from "../../shell/trouble.tsx";
import { t } from "../../strings/text.ts";
import { AttentionCard } from "./attention-card.tsx";

/** More at once is a chore, and not a question. */
const shownFirst = 3;

export function AttentionList() {
  const { items, total, problem, isLoading, isDone, more } = usePages<AttentionItem>("/attention");
  const [shown, setShown] = useState(shownFirst);
  if (items.length === 0 && !isLoading) return problem ? <Trouble problem={problem} /> : null;
  const count = total ?? items.length;
  return (
    <section className="attention stack" aria-labelledby="attention">
      <div>
        <h2 id="attention">{items.length === 0 ? t("attention.loading") : t("attention.title", { count })}</h2>
        <p className="quiet">{t("attention.text")}</p>
      </div>
      {items.length === 0 ? (
        <Bones count={1} />
      ) : (
        <ul className="stack stack-tight">
          {items.slice(0, shown).map((item) => (
            <li key={`${item.claim.id} ${item.reason}`}>
              <AttentionCard item={item} />
            </li>
          ))}
        </ul>
      )}
      {(items.length > shown || (!isDone && items.length > 0)) && (
        <button
          type="button"
          className="button button-small attention-more"
          onClick={() => {
            setShown(shown + 10);
            if (items.length < shown + 20) more();
          }}
        >
          {t("attention.more")}
        </button>
      )}
    </section>
  );
}
