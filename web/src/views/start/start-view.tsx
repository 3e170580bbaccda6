/** Before there is anything to see: what this is, and the one thing to do next. */
import { type FormEvent, type ReactNode, useState } from "react";
import { refresh } from "../../api/answers.ts";
import type { FoundedPool, ImportJob, Status } from "../../api/contract.ts";
import { go, to } from "../../router/router.ts";
import { Brand } from "../../shell/brand.tsx";
import { showPhrase } from "../../shell/phrase.ts";
import { useSubmit } from "../../shell/submit.ts";
import { ThemeSwitch } from "../../shell/theme-switch.tsx";
import { Trouble } from "../../shell/trouble.tsx";
import { say, t } from "../../strings/text.ts";
import "../../style/start.css";

export default function StartView({ status }: { readonly status: Status }) {
  if (status.state === "locked") return <Unlock />;
  return status.state === "waiting" ? <Waiting status={status} /> : <Found status={status} />;
}

function Page({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className="start" id="main">
      <div className="row spread">
        <Brand />
        <ThemeSwitch />
      </div>
      <h1>{title}</h1>
      {children}
    </main>
  );
}

const points = ["yours", "why", "devices"] as const;

function Found({ status }: { readonly status: Status }) {
  const found = useSubmit<FoundedPool>();
  const sample = useSubmit<ImportJob>();
  const [name, setName] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [withSample, setWithSample] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const pool = await found.send("/pool", { name: name.trim() || t("start.name.default"), ...(passphrase === "" ? {} : { passphrase }) });
    if (!pool) return;
    showPhrase(pool.recovery_phrase);
    if (withSample) await sample.send("/imports/sample");
    go(to("import"));
    refresh();
  };
  return (
    <Page title={t("start.title")}>
      <p className="start-lead">{t("start.lead")}</p>
      <ul className="start-points">
        {points.map((point) => (
          <li key={point}>
            <strong>{t(`start.${point}`)}</strong> {t(`start.${point}.text`)}
          </li>
        ))}
      </ul>
      <form className="card stack" onSubmit={(event) => void submit(event)}>
        <h2>{t("start.begin")}</h2>
        <p className="field">
          <label htmlFor="start-name">{t("start.name")}</label>
          <input
            id="start-name"
            className="input"
            value={name}
            maxLength={100}
            placeholder={t("start.name.default")}
            onChange={({ target }) => setName(target.value)}
          />
        </p>
        <p className="field">
          <label htmlFor="start-passphrase">{t("start.passphrase")}</label>
          <input
            id="start-passphrase"
            className="input"
            type="password"
            autoComplete="new-password"
            value={passphrase}
            maxLength={1_000}
            onChange={({ target }) => setPassphrase(target.value)}
          />
        </p>
        {status.sample && (
          <label className="choice">
            <input type="checkbox" checked={withSample} onChange={() => setWithSample(!withSample)} />
            {t("start.sample")}
          </label>
        )}
        {found.problem && <Trouble problem={found.problem} retry={null} />}
        {sample.problem && <Trouble problem={sample.problem} retry={null} />}
        <button type="submit" className="button button-first" aria-disabled={found.isBusy}>
          {t("start.do")}
        </button>
      </form>
      <p className="quiet">{say("start.join", { command: <code key="command">fablepool join</code> })}</p>
      <p className="quiet small">{say("start.home", { home: <code key="home">{status.home}</code> })}</p>
    </Page>
  );
}

function Unlock() {
  const { send, problem, isBusy } = useSubmit<Status>();
  const [passphrase, setPassphrase] = useState("");
  return (
    <Page title={t("unlock.title")}>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send("/unlock", { passphrase });
        }}
      >
        <p>{t("unlock.text")}</p>
        <p className="field">
          <label htmlFor="unlock">{t("start.passphrase.yours")}</label>
          <input
            id="unlock"
            className="input"
            type="password"
            autoComplete="current-password"
            value={passphrase}
            onChange={({ target }) => setPassphrase(target.value)}
          />
        </p>
        {problem && <Trouble problem={problem} retry={null} />}
        <button type="submit" className="button button-first" aria-disabled={isBusy}>
          {t("unlock.do")}
        </button>
      </form>
    </Page>
  );
}

function Waiting({ status: { device } }: { readonly status: Status }) {
  return (
    <Page title={t("waiting.title")}>
      <div className="card stack">
        <p>{t("waiting.text")}</p>
        {device && <code className="key">{device.key}</code>}
        <p>{say("waiting.how", { command: <code key="command">fablepool join '…'</code> })}</p>
      </div>
    </Page>
  );
}
