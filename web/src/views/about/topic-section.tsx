/** A topic with its newest claims, fetched when one comes near it, and the way to all of them. */
import { useRef } from "react";
import { useAnswer } from "../../api/answers.ts";
import type { Claims, Topic } from "../../api/contract.ts";
import { ClaimCard } from "../../claims/claim-card.tsx";
import { to } from "../../router/router.ts";
import { Bones } from "../../shell/bones.tsx";
import { Icon } from "../../shell/icon.tsx";
import { useNear } from "../../shell/near.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";

const shownMax = 5;

export function TopicSection({ topic: { id, title, total } }: { readonly topic: Topic }) {
  const section = useRef<HTMLElement>(null);
  const isNear = useNear(section);
  const { value, problem } = useAnswer<Claims>(isNear ? `/claims?topic=${encodeURIComponent(id)}&limit=${shownMax}` : null);
  return (
    <section className="topic card" ref={section} aria-labelledby={`topic-${id}`}>
      <div className="row spread topic-head">
        <h3 id={`topic-${id}`}>
          <Words text={title} max={60} />
        </h3>
        <span className="quiet small">{t("about.topic.count", { count: total })}</span>
      </div>
      {value === undefined && !problem && <Bones count={Math.min(total, shownMax)} />}
      {problem && problem.code !== "unreachable" && <Trouble problem={problem} />}
      <ul>
        {value?.items.map((claim) => (
          <li key={claim.id}>
            <ClaimCard claim={claim} />
          </li>
        ))}
      </ul>
      {total > shownMax && (
        <a className="topic-all" href={to("about", null, { topic: id })}>
          {t("about.topic.all", { count: total, topic: title })}
          <Icon name="next" />
        </a>
      )}
    </section>
  );
}
