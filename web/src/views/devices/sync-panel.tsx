/** Who is synced with, how that goes, and a way to do it now. */
import { type FormEvent, useState } from "react";
import type { Peer, Sync } from "../../api/contract.ts";
import { Icon } from "../../shell/icon.tsx";
import { useSubmit } from "../../shell/submit.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { say, t } from "../../strings/text.ts";
import { Moment } from "../../words/moment.tsx";
import { Words } from "../../words/words.tsx";

export function SyncPanel({ sync: { peers, serving, incomplete } }: { readonly sync: Sync }) {
  const { send, isBusy, problem } = useSubmit<Sync>();
  const isSyncing = isBusy || peers.some(({ state }) => state === "syncing");
  return (
    <section className="card stack" aria-labelledby="sync">
      <div className="row spread">
        <h2 id="sync">{t("sync.title")}</h2>
        {peers.length > 0 && (
          <button type="button" className="button" aria-disabled={isSyncing} onClick={() => !isSyncing && void send("/sync")}>
            <Icon name="sync" />
            {isSyncing ? t("sync.running") : t("sync.now")}
          </button>
        )}
      </div>
      <p>{serving ? say("sync.serving", { url: <code key="url">{serving.url}</code> }) : t("sync.not-serving")}</p>
      {incomplete > 0 && <p>{t("sync.incomplete", { count: incomplete })}</p>}
      {problem && <Trouble problem={problem} retry={null} />}
      <ul className="peers" aria-live="polite">
        {peers.map((peer) => (
          <PeerRow key={peer.url} peer={peer} />
        ))}
      </ul>
      <NewPeer onSync={(url) => void send("/sync", { url })} isBusy={isBusy} />
    </section>
  );
}

function PeerRow({ peer: { url, name, state, why, last_contact, last_report, progress, ahead, retry_at } }: { readonly peer: Peer }) {
  return (
    <li className="peer">
      <span className={`dot ${state === "live" || state === "syncing" ? "" : "dot-off"}`} aria-hidden="true" />
      <div className="stack stack-tight">
        <p>
          <strong>
            <Words text={name === "" ? url : name} max={60} />
          </strong>{" "}
          <span className="quiet">{t(`peer.${state}.means`)}</span>
        </p>
        <p className="quiet small">
          {progress ? `${t("peer.progress", { pulled: progress.pulled, pushed: progress.pushed })} ` : ""}
          {last_contact === null ? t("device.never") : say("device.met", { when: <Moment at={last_contact} /> })}
          {last_report !== null && ` · ${t("peer.report", { pulled: last_report.pulled, pushed: last_report.pushed })}`}
          {ahead !== null && ahead > 0 && ` · ${t("device.ahead", { count: ahead })}`}
          {retry_at !== null && <> · {say("peer.retry", { when: <Moment at={retry_at} /> })}</>}
        </p>
        {why !== "" && (
          <p className="small">
            <Words text={why} max={200} />
          </p>
        )}
      </div>
    </li>
  );
}

function NewPeer({ onSync, isBusy }: { readonly onSync: (url: string) => void; readonly isBusy: boolean }) {
  const [url, setUrl] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (url.trim() !== "" && !isBusy) onSync(url.trim());
  };
  return (
    <form className="peer-new" onSubmit={submit}>
      <label className="field">
        <span className="field-label">{t("sync.address")}</span>
        <input
          className="input"
          value={url}
          maxLength={2_000}
          placeholder="http://192.168.1.20:7411"
          onChange={({ target }) => setUrl(target.value)}
        />
      </label>
      <button type="submit" className="button" aria-disabled={url.trim() === "" || isBusy}>
        {t("sync.with")}
      </button>
    </form>
  );
}
