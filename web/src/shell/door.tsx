/** For who comes without the token: nothing is shown, and how to come in is said. */
import { t } from "../strings/text.ts";
import { Brand } from "./brand.tsx";
import { State } from "./state.tsx";

export function Door() {
  return (
    <main className="main" id="main">
      <Brand />
      <State icon="lock" title={t("door.title")} isPage>
        <p>{t("door.text")}</p>
        <p>
          <code>fablepool open</code>
        </p>
      </State>
    </main>
  );
}
