/** Which view is shown. Each is a bundle of its own but the first. */
import { lazy, Suspense, useEffect } from "react";
import { useAnswer } from "./api/answers.ts";
import { useConnection } from "./api/connection.ts";
import type { Status } from "./api/contract.ts";
import { type Route, to, useRoute } from "./router/router.ts";
import { Bones } from "./shell/bones.tsx";
import { Boundary } from "./shell/boundary.tsx";
import { Door } from "./shell/door.tsx";
import { usePhrase } from "./shell/phrase.ts";
import { Shell } from "./shell/shell.tsx";
import { State } from "./shell/state.tsx";
import { Toasts } from "./shell/toasts.tsx";
import { Trouble } from "./shell/trouble.tsx";
import { t } from "./strings/text.ts";
import AboutView from "./views/about/about-view.tsx";
import "./style/controls.css";
import "./style/states.css";

const ClaimView = lazy(() => import("./views/claim/claim-view.tsx"));
const EvidenceView = lazy(() => import("./views/evidence/evidence-view.tsx"));
const TimelineView = lazy(() => import("./views/timeline/timeline-view.tsx"));
const SharingView = lazy(() => import("./views/sharing/sharing-view.tsx"));
const DevicesView = lazy(() => import("./views/devices/devices-view.tsx"));
const ImportView = lazy(() => import("./views/import/import-view.tsx"));
const StartView = lazy(() => import("./views/start/start-view.tsx"));
const PhraseView = lazy(() => import("./views/start/phrase-view.tsx"));

export function App() {
  const route = useRoute();
  const connection = useConnection();
  const phrase = usePhrase();
  const { value: status, problem } = useAnswer<Status>("/status");
  useScrollMemory(route);
  if (phrase !== null)
    return (
      <Suspense fallback={<Bones />}>
        <PhraseView phrase={phrase} />
      </Suspense>
    );
  if (connection === "closed") return <Door />;
  if (status === undefined)
    return (
      <main className="main" id="main">
        {problem ? <Trouble problem={problem} /> : <Bones count={4} />}
      </main>
    );
  return (
    <Suspense fallback={<Bones />}>
      {status.state === "open" ? (
        <Shell route={route} status={status}>
          <Boundary key={`${route.view}/${route.id}`}>
            <Suspense fallback={<Bones />}>
              <View route={route} status={status} />
            </Suspense>
          </Boundary>
        </Shell>
      ) : (
        <StartView status={status} />
      )}
      <Toasts />
    </Suspense>
  );
}

function View({ route, status }: { readonly route: Route; readonly status: Status }) {
  const { view, id } = route;
  if (view === "about") return <AboutView route={route} status={status} />;
  if (view === "claim" && id !== null) return <ClaimView key={id} id={id} />;
  if (view === "evidence" && id !== null) return <EvidenceView key={id} id={id} />;
  if (view === "timeline") return <TimelineView route={route} />;
  if (view === "sharing") return <SharingView route={route} />;
  if (view === "devices") return <DevicesView status={status} />;
  if (view === "import") return <ImportView status={status} />;
  return (
    <State icon="search" title={t("shell.nowhere")} isPage>
      <a className="button" href={to("about")}>
        {t("nav.about")}
      </a>
    </State>
  );
}

/** A view begins at its top; going back finds the place, which the browser keeps. */
function useScrollMemory({ view, id }: Route): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of place that scrolls
  useEffect(() => {
    const kept = (history.state as { scroll?: number } | null)?.scroll;
    scrollTo(0, kept ?? 0);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      timer = setTimeout(() => history.replaceState({ scroll: scrollY }, ""), 150);
    };
    addEventListener("scroll", keep, { passive: true });
    return () => {
      clearTimeout(timer);
      removeEventListener("scroll", keep);
    };
  }, [view, id]);
}
