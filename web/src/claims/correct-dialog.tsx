/** "It is otherwise": the same statement with what is true in the place of what is not. */
import { useState } from "react";
import type { WholeClaim } from "../api/contract.ts";
import { t } from "../strings/text.ts";
import { Judging } from "./judging.tsx";
import { fieldsOf, objectFrom } from "./object-fields.ts";

export function CorrectDialog({ claim, onClose }: { readonly claim: WholeClaim; readonly onClose: () => void }) {
  const fields = fieldsOf(claim.object);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name, text }) => [name, text])),
  );
  const [reason, setReason] = useState("");
  const object = objectFrom(claim.object, texts);
  const isChanged = object !== undefined && JSON.stringify(object) !== JSON.stringify(claim.object);
  return (
    <Judging
      kind="correct"
      claim={claim}
      onClose={onClose}
      request={isChanged ? { kind: "correct", target: claim.id, object, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) } : null}
    >
      <fieldset className="stack stack-tight">
        <legend className="field-label">{t("judge.correct.what")}</legend>
        {fields.map(({ name, label, isLong }) => {
          const id = `correct-${name}`;
          const shared = {
            id,
            className: "input",
            value: texts[name] ?? "",
            onChange: ({ target }: { target: { value: string } }) => setTexts({ ...texts, [name]: target.value }),
          };
          return (
            <p className="field" key={name}>
              <label htmlFor={id} className={label === "" ? "unseen" : undefined}>
                {label === "" ? t("judge.correct.what") : label}
              </label>
              {isLong ? <textarea {...shared} /> : <input {...shared} />}
            </p>
          );
        })}
        {object === undefined && <p role="alert">{t("judge.correct.json")}</p>}
      </fieldset>
      <p className="field">
        <label htmlFor="correct-reason">{t("judge.reason")}</label>
        <input id="correct-reason" className="input" value={reason} maxLength={10_000} onChange={({ target }) => setReason(target.value)} />
      </p>
    </Judging>
  );
}
