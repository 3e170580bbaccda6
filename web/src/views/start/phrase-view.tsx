/** The 24 words, shown this once; some are typed back, so that they are on paper before anything else is done. */
import { type FormEvent, useEffect, useState } from "react";
import type { Recovery } from "../../api/contract.ts";
import { Brand } from "../../shell/brand.tsx";
import { phraseIsKept } from "../../shell/phrase.ts";
import { useSubmit } from "../../shell/submit.ts";
import { Trouble } from "../../shell/trouble.tsx";
import { t } from "../../strings/text.ts";
import "../../style/start.css";

const asked = 3;

export default function PhraseView({ phrase }: { readonly phrase: string }) {
  const words = phrase.split(" ");
  const [numbers] = useState(() => someNumbers(words.length));
  const [typed, setTyped] = useState<readonly string[]>(() => numbers.map(() => ""));
  const [isWrong, setWrong] = useState(false);
  const { send, isBusy, problem } = useSubmit<Recovery>();
  // Closing the page now would lose them: the browser asks first.
  useEffect(() => {
    const ask = (event: Event) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const right = numbers.every((number, index) => typed[index]?.trim().toLowerCase() === words[number - 1]);
    setWrong(!right);
    if (right && (await send("/recovery/confirmation")) !== null) phraseIsKept();
  };
  return (
    <main className="start" id="main">
      <Brand />
      <h1>{t("phrase.title")}</h1>
      <p className="start-lead">{t("phrase.lead")}</p>
      <ol className="card phrase">
        {words.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a word may come twice, its place never changes
          <li key={index}>
            <code>{word}</code>
          </li>
        ))}
      </ol>
      <form className="card stack" onSubmit={(event) => void submit(event)}>
        <h2>{t("phrase.check")}</h2>
        {numbers.map((number, index) => (
          <p className="field" key={number}>
            <label htmlFor={`word-${number}`}>{t("phrase.word", { number })}</label>
            <input
              id={`word-${number}`}
              className="input"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed[index] ?? ""}
              onChange={({ target }) => setTyped(typed.with(index, target.value))}
            />
          </p>
        ))}
        <p role="alert">{isWrong && t("phrase.wrong")}</p>
        {problem && <Trouble problem={problem} retry={null} />}
        <button type="submit" className="button button-first" aria-disabled={isBusy}>
          {t("phrase.do")}
        </button>
      </form>
    </main>
  );
}

/** Some numbers from 1 to `count`, ascending. */
function someNumbers(count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < asked) chosen.add(1 + ((crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % count));
  return [...chosen].sort((left, right) => left - right);
}
