/** What stays while views change: where one can go, how the node is, and the news. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useConnection } from "../api/connection.ts";
import type { Status } from "../api/contract.ts";
import { onLive } from "../api/live.ts";
import { go, type Route, to } from "../router/router.ts";
import { t } from "../strings/text.ts";
import { Words } from "../words/words.tsx";
import { Brand } from "./brand.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { ShortcutList } from "./shortcut-list.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { ThemeSwitch } from "./theme-switch.tsx";
import "../style/shell.css";

const views = ["about", "timeline", "sharing", "devices", "import"] as const satisfies readonly IconName[];

/** Views that are reached from another one belong to it. */
const belongsTo: Readonly<Record<string, string>> = { claim: "about", evidence: "timeline" };

export interface ShellProps {
  readonly route: Route;
  readonly status: Status;
  readonly children: ReactNode;
}

export function Shell({ route, status, children }: ShellProps) {
  const [isHelping, setHelping] = useState(false);
  const main = useRef<HTMLElement>(null);
  const current = belongsTo[route.view] ?? route.view;
  useShortcuts({ "?": () => setHelping(true), ...Object.fromEntries(views.map((view, index) => [String(index + 1), () => go(to(view))])) });
  return (
    <div className="shell">
      <button type="button" className="button skip" onClick={() => main.current?.focus()}>
        {t("shell.skip")}
      </button>
      <header className="side">
        <Brand />
        <nav className="nav" aria-label={t("shell.nav")}>
          <ul>
            {views.map((view) => (
              <li key={view}>
                <a href={to(view)} aria-current={current === view ? "page" : undefined}>
                  <Icon name={view} />
                  {t(`nav.${view}`)}
                  {view === "about" && status.attention > 0 && (
                    <span className="count tag tag-attention">
                      {t("count", { count: status.attention })}
                      <span className="unseen"> {t("nav.attention")}</span>
                    </span>
                  )}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <SideFoot status={status} onHelp={() => setHelping(true)} />
      </header>
      <main className="main" id="main" ref={main} tabIndex={-1}>
        <Away />
        {children}
      </main>
      <News />
      {isHelping && <ShortcutList onClose={() => setHelping(false)} />}
    </div>
  );
}

function SideFoot({ status: { device }, onHelp }: { readonly status: Status; readonly onHelp: () => void }) {
  const isOpen = useConnection() === "open";
  return (
    <div className="side-foot">
      <span className="row side-device">
        <span className={`dot ${isOpen ? "" : "dot-off"}`} aria-hidden="true" />
        <span>
          <Words text={device?.name || t("device.self")} max={24} />
          <span className="unseen">: {isOpen ? t("shell.open") : t("shell.away")}</span>
        </span>
      </span>
      <span className="row side-tools">
        <ThemeSwitch />
        <button
          type="button"
          className="button button-quiet button-icon side-keys"
          aria-label={t("keys.title")}
          title={t("keys.title")}
          onClick={onHelp}
        >
          <Icon name="keys" />
        </button>
      </span>
    </div>
  );
}

function Away() {
  if (useConnection() !== "away") return null;
  return (
    <div className="banner" role="status">
      <Icon name="away" />
      <span>{t("shell.away.text")}</span>
    </div>
  );
}

/** Says to who cannot see it that what is shown has changed. Bursts are said once. */
const newsMs = 4_000;

function News() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onLive((event) => {
      if (event.name !== "changed") return;
      setText(t("shell.changed", { count: event.data.operations }));
      clearTimeout(timer);
      timer = setTimeout(() => setText(""), newsMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return (
    <p className="unseen" role="status" data-news>
      {text}
    </p>
  );
}
