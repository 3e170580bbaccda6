/** Adding a device: its key is brought here, and an invitation, which holds no secret, there. */
import { type FormEvent, useState } from "react";
import type { AddedDevice, NewDevice } from "../../api/contract.ts";
import { CopyBox } from "../../shell/copy-box.tsx";
import { Dialog } from "../../shell/dialog.tsx";
import { useSubmit } from "../../shell/submit.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { say, t } from "../../strings/text.ts";
import { PairingSteps } from "./pairing-steps.tsx";

const roles = ["full", "mirror", "ingest", "assistant"] as const;

export function AddDeviceDialog({ onClose }: { readonly onClose: () => void }) {
  const { send, isBusy, problem, answer } = useSubmit<AddedDevice>();
  const [isByHand, setByHand] = useState(false);
  return (
    <Dialog title={answer ? t("added.title") : t("devices.add")} onClose={onClose}>
      {!isByHand ? (
        <PairingSteps onByHand={() => setByHand(true)} onClose={onClose} />
      ) : answer ? (
        <>
          <p>{t("added.text")}</p>
          <CopyBox label={t("added.invitation")} text={`fablepool join '${answer.invitation}'`} />
          <p className="quiet">
            {answer.address === null ? t("added.not-serving") : say("added.serving", { url: <code key="url">{answer.address}</code> })}
          </p>
          <div className="actions">
            <button type="button" className="button button-first" onClick={onClose}>
              {t("dialog.done")}
            </button>
          </div>
        </>
      ) : (
        <AddForm isBusy={isBusy} onAdd={(device) => void send("/devices", device)} onClose={onClose}>
          {problem && <Trouble problem={problem} retry={null} />}
        </AddForm>
      )}
    </Dialog>
  );
}

interface AddFormProps {
  readonly isBusy: boolean;
  readonly onAdd: (device: NewDevice) => void;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

function AddForm({ isBusy, onAdd, onClose, children }: AddFormProps) {
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<(typeof roles)[number]>("full");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key.trim() !== "") onAdd({ key: key.trim(), name: name.trim(), role });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{say("add.how", { command: <code key="command">fablepool join --name laptop</code> })}</p>
      <p className="field">
        <label htmlFor="add-key">{t("add.key")}</label>
        <input
          id="add-key"
          className="input"
          required
          value={key}
          placeholder="did:key:z6Mk…"
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => setKey(target.value)}
        />
      </p>
      <p className="field">
        <label htmlFor="add-name">{t("add.name")}</label>
        <input
          id="add-name"
          className="input"
          value={name}
          maxLength={100}
          placeholder={t("add.name.hint")}
          onChange={({ target }) => setName(target.value)}
        />
      </p>
      <fieldset className="stack stack-tight">
        <legend className="field-label">{t("add.role")}</legend>
        {roles.map((each) => (
          <label className="choice" key={each}>
            <input type="radio" name="role" checked={role === each} onChange={() => setRole(each)} />
            {t(`role.${each}`)}
          </label>
        ))}
      </fieldset>
      {children}
      <div className="actions">
        <button type="button" className="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button type="submit" className="button button-first" aria-disabled={isBusy}>
          {t("add.do")}
        </button>
      </div>
    </form>
  );
}
