/** A problem in plain words: what is wrong, what to do, and a way to try again. */

import { refresh } from "../api/answers.ts";
import type { Problem } from "../api/client.ts";
import { maybe, t } from "../strings/text.ts";
import { Words } from "../words/words.tsx";

export function Trouble({ problem, retry = refresh }: { readonly problem: Problem; readonly retry?: (() => void) | null }) {
  return (
    <div className="problem" role="alert">
      <strong>{maybe(`problem.${problem.code}`) ?? t("problem.other")}</strong>
      {problem.message !== "" && (
        <p>
          <Words text={problem.message} max={400} />
        </p>
      )}
      {problem.hint !== undefined && (
        <p>
          <Words text={problem.hint} max={400} />
        </p>
      )}
      {retry !== null && (
        <p>
          <button type="button" className="button button-small" onClick={() => retry()}>
            {t("state.again")}
          </button>
        </p>
      )}
    </div>
  );
}
