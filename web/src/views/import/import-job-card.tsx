/** One import: how far it is, then what it found, then what follows from it, and each file that could not be read. */
import type { ImportJob } from "../../api/contract.ts";
import { to } from "../../router/router.ts";
import { useSubmit } from "../../shell/submit.ts";
import { t } from "../../strings/text.ts";
import { Moment } from "../../words/moment.tsx";
import { Words } from "../../words/words.tsx";
import { ImportProblems } from "./import-problems.tsx";

const isRunning = ({ state }: ImportJob) => state === "reading" || state === "deriving";

export function ImportJobCard({ job }: { readonly job: ImportJob }) {
  const { id, state, started, files, items, error, sample, problems, problems_total } = job;
  const cancel = useSubmit<ImportJob>();
  return (
    <article className="card stack job">
      <div className="row spread">
        <h3>{sample ? t("import.sample.title") : t(`import.state.${state}`)}</h3>
        <span className="quiet small">
          <Moment at={started} />
        </span>
      </div>
      {isRunning(job) && (
        <>
          <progress
            className="progress"
            aria-label={t("import.progress")}
            {...(state === "reading" && files.of > 0 ? { value: files.done, max: files.of } : {})}
          />
          <div className="row spread">
            <p role="status">
              {state === "reading" ? t("import.reading", { done: files.done, count: files.of, items }) : t("import.deriving")}
            </p>
            <button type="button" className="button button-small" onClick={() => void cancel.send(`/imports/${id}`, undefined, "DELETE")}>
              {t("import.cancel")}
            </button>
          </div>
        </>
      )}
      <Results job={job} />
      {error && (
        <p className="problem">
          <Words text={error.message} />
        </p>
      )}
      {problems_total > 0 && <ImportProblems problems={problems} total={problems_total} />}
      {state === "done" && job.derived && job.derived.added > 0 && (
        <p>
          <a className="button" href={to("about")}>
            {t("import.look")}
          </a>
        </p>
      )}
    </article>
  );
}

function Results({ job: { report, derived } }: { readonly job: ImportJob }) {
  if (report === null) return null;
  const { formats, added, changed, unchanged, forgotten, skipped } = report;
  return (
    <>
      <ul className="row formats-found">
        {Object.entries(formats).map(([format, count]) => (
          <li className="tag" key={format}>
            {t("import.format", { format, count })}
          </li>
        ))}
        {skipped > 0 && <li className="tag">{t("import.skipped", { count: skipped })}</li>}
      </ul>
      <ul className="results">
        <li>{added === 0 ? t("import.nothing") : t("import.added", { count: added })}</li>
        {changed > 0 && <li>{t("import.changed", { count: changed })}</li>}
        {unchanged > 0 && <li>{t("import.unchanged", { count: unchanged })}</li>}
        {forgotten > 0 && <li>{t("import.forgotten", { count: forgotten })}</li>}
        {derived && <li>{t("import.derived", { count: derived.added })}</li>}
        {derived && derived.retired > 0 && <li>{t("import.retired", { count: derived.retired })}</li>}
      </ul>
    </>
  );
}
