/** What could not be read, by file: the place in it and the reason. */
import type { ImportProblem } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";

/** Files, and problems of one, that are shown. */
const shown = { files: 20, problems: 5 } as const;

export function ImportProblems({ problems, total }: { readonly problems: readonly ImportProblem[]; readonly total: number }) {
  const byFile = [...Map.groupBy(problems, ({ file }) => file)];
  return (
    <details className="import-problems" open={total <= 5}>
      <summary>{t("import.problems", { count: total })}</summary>
      <ul className="stack stack-tight">
        {byFile.slice(0, shown.files).map(([file, each]) => (
          <li key={file}>
            <strong>
              <Words text={file} max={120} />
            </strong>
            <ul className="plain-list">
              {each.slice(0, shown.problems).map(({ position, reason }) => (
                <li key={`${position} ${reason}`} className="small">
                  {position !== "" && (
                    <span className="quiet">
                      <Words text={position} max={60} />:{" "}
                    </span>
                  )}
                  <Words text={reason} max={200} />
                </li>
              ))}
            </ul>
            {each.length > shown.problems && (
              <p className="quiet small">{t("import.problems.more", { count: each.length - shown.problems })}</p>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
