/** What a grantee would see, asked of the node by the same selection that would be signed. */
import { useEffect, useState } from "react";
import { ask, Problem } from "../../api/client.ts";
import type { GrantPreview as Preview, Selector } from "../../api/contract.ts";
import { Bones } from "../../shell/bones.tsx";
import { Trouble } from "../../shell/trouble.tsx";
import { t } from "../../strings/text.ts";
import { ShownList } from "./shown-list.tsx";

type Seen = Preview | Problem | null;

export function GrantPreview({ selector }: { readonly selector: Selector | null }) {
  const [seen, setSeen] = useState<Seen>(null);
  useEffect(() => {
    if (selector === null) return setSeen(null);
    const abort = new AbortController();
    ask<Preview>("/grants/preview", { method: "POST", body: { selector }, signal: abort.signal })
      .then(setSeen)
      .catch((cause) => !abort.signal.aborted && setSeen(cause instanceof Problem ? cause : null));
    return () => abort.abort();
  }, [selector]);
  return (
    <section className="give-preview stack" aria-labelledby="preview">
      <h2 id="preview">{t("preview.title")}</h2>
      <div aria-live="polite">
        {selector === null ? (
          <p className="quiet">{t("preview.none")}</p>
        ) : seen === null ? (
          <Bones count={3} />
        ) : seen instanceof Problem ? (
          <Trouble problem={seen} retry={null} />
        ) : (
          <div className="stack stack-tight">
            <p>{t("preview.count", { count: seen.total })}</p>
            <ShownList claims={seen.items} total={seen.total} />
          </div>
        )}
      </div>
    </section>
  );
}
