/** What else is to be said of a claim: judgements in force, others that say the same, and what it competes with. */
import type { Judgement, Line, WholeClaim } from "../../api/contract.ts";
import { undo } from "../../claims/judge.ts";
import { to } from "../../router/router.ts";
import { say, t } from "../../strings/text.ts";
import { Moment } from "../../words/moment.tsx";
import { Words } from "../../words/words.tsx";

export function ClaimNotes({ claim }: { readonly claim: WholeClaim }) {
  const { judgements, lost_to, won_over, also_said_by, status, supports } = claim;
  // What a judgement says is not said twice.
  const isTold = status === "active" || judgements.some(({ kind }) => kind === status);
  return (
    <div className="notes">
      {!isTold && <p>{t(`status.${status}.means`)}</p>}
      {judgements.map((judgement) => (
        <JudgementNote key={judgement.id} judgement={judgement} />
      ))}
      {lost_to && <p>{say("claim.lost", { claim: <LineLink line={lost_to} /> })}</p>}
      {won_over.length > 0 && <LineList title={t("claim.won")} lines={won_over} />}
      {also_said_by.length > 0 && <LineList title={t("claim.also", { count: also_said_by.length })} lines={also_said_by} />}
      {supports > 0 && status === "active" && <p className="quiet">{t("claim.supports", { count: supports })}</p>}
    </div>
  );
}

function JudgementNote({ judgement: { id, kind, author, ts, reason } }: { readonly judgement: Judgement }) {
  return (
    <div className="note-row">
      <p>
        {say(`claim.judged.${kind}`, { who: <Words text={author.name} max={40} />, when: <Moment at={ts} /> })}
        {reason !== "" && (
          <>
            {" "}
            <q>
              <Words text={reason} />
            </q>
          </>
        )}
      </p>
      <button type="button" className="button button-small" onClick={() => void undo(id)}>
        {t("judge.undo.this")}
      </button>
    </div>
  );
}

function LineLink({ line }: { readonly line: Line }) {
  return (
    <a href={to("claim", line.id)}>
      <Words text={line.sentence} max={160} />
    </a>
  );
}

/** The first few stand for the rest. */
const shownMax = 5;

function LineList({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return (
    <div>
      <p>{title}</p>
      <ul className="plain-list">
        {lines.slice(0, shownMax).map((line) => (
          <li key={line.id}>
            <LineLink line={line} />
          </li>
        ))}
      </ul>
    </div>
  );
}
