/** Import: files dropped or chosen, what was recognised in them, and what could not be read. */
import { useEffect, useState } from "react";
import { put, useAnswer } from "../../api/answers.ts";
import type { ImportJob, ImportJobs, Status } from "../../api/contract.ts";
import { onLive } from "../../api/live.ts";
import { Loaded } from "../../shell/loaded.tsx";
import { useSubmit } from "../../shell/submit.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { ViewHead } from "../../shell/view-head.tsx";
import { t } from "../../strings/text.ts";
import { DropZone } from "./drop-zone.tsx";
import { ImportJobCard } from "./import-job-card.tsx";
import { formOf, type NamedFile } from "./named-file.ts";
import "../../style/import.css";

/** Files in one request, and their bytes: more would be refused by the node. */
export default function ImportView({ status }: { readonly status: Status }) {
  const jobs = useAnswer<ImportJobs>("/imports");
  const { send, isBusy, problem } = useSubmit<ImportJob>();
  const [sending, setSending] = useState(0);
  useEffect(
    () => onLive((event) => event.name === "import" && jobs.value && put("/imports", withJob(jobs.value, event.data.job))),
    [jobs.value],
  );
  const take = async (files: readonly NamedFile[]) => {
    if (files.length === 0 || isBusy) return;
    setSending(files.length);
    await send("/imports", formOf(files));
    setSending(0);
  };
  return (
    <>
      <ViewHead title={t("import.title")}>
        <p>{t("import.lead")}</p>
      </ViewHead>
      <div className="stack stack-wide">
        <DropZone isBusy={isBusy} onFiles={(files) => void take(files)} />
        {sending > 0 && (
          <p role="status" className="banner">
            {t("import.sending", { count: sending })}
          </p>
        )}
        {problem && <Trouble problem={problem} retry={null} />}
        {status.sample && status.evidence === 0 && (
          <section className="card row spread">
            <p>{t("import.sample.text")}</p>
            <button type="button" className="button" onClick={() => void send("/imports/sample")}>
              {t("import.sample")}
            </button>
          </section>
        )}
        <Loaded answer={jobs} bones={1}>
          {({ items }) =>
            items.length === 0 ? (
              <Formats />
            ) : (
              <section className="stack" aria-labelledby="imports">
                <h2 id="imports">{t("import.jobs")}</h2>
                <ul className="stack">
                  {items.map((job) => (
                    <li key={job.id}>
                      <ImportJobCard job={job} />
                    </li>
                  ))}
                </ul>
              </section>
            )
          }
        </Loaded>
      </div>
    </>
  );
}

function withJob({ items }: ImportJobs, job: ImportJob): ImportJobs {
  return { items: items.some(({ id }) => id === job.id) ? items.map((each) => (each.id === job.id ? job : each)) : [job, ...items] };
}

const formats = ["calendar", "notes", "photos", "mail", "contacts", "chats", "places", "health", "web", "assistants"] as const;

function Formats() {
  return (
    <section className="stack" aria-labelledby="formats">
      <h2 id="formats">{t("import.formats")}</h2>
      <dl className="formats">
        {formats.map((format) => (
          <div key={format}>
            <dt>{t(`format.${format}`)}</dt>
            <dd className="quiet">{t(`format.${format}.means`)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
