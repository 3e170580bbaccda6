/** Words that somebody else wrote: isolated in direction, their unseen characters shown, long ones cut with a way to see the rest. */
import { type ReactNode, useState } from "react";
import { t } from "../strings/text.ts";
import "../style/words.css";
import { isUnseen, markOf, unstacked } from "./visible.ts";

export interface WordsProps {
  readonly text: string;
  /** How many characters are shown at first. */
  readonly max?: number;
  /** Keeps line breaks, as in a quotation. */
  readonly lines?: boolean;
}

/** Nobody reads more in one place, and a browser lays it out at once. */
const shownMax = 20_000;

export function Words({ text, max = 280, lines = false }: WordsProps) {
  const [isWhole, setWhole] = useState(false);
  const limit = isWhole ? shownMax : max;
  const isLong = text.length > max;
  return (
    <>
      <bdi className={lines ? "words words-lines" : "words"}>
        {marked(text.length > limit ? text.slice(0, limit) : text, lines)}
        {text.length > limit && "…"}
      </bdi>
      {isLong && (
        <button
          type="button"
          className="more"
          aria-expanded={isWhole}
          onClick={(event) => {
            event.preventDefault();
            event.stopPropagation();
            setWhole(!isWhole);
          }}
        >
          {isWhole ? t("words.less") : t("words.more", { count: text.length })}
        </button>
      )}
    </>
  );
}

function marked(text: string, lines: boolean): ReactNode[] {
  const parts: ReactNode[] = [];
  let plain = "";
  for (const character of unstacked(text)) {
    const isBreak = character === "\n" || character === "\t" || (character === "\r" && lines);
    if (isBreak || !isUnseen(character)) {
      plain += isBreak && !lines ? " " : character;
      continue;
    }
    if (plain !== "") parts.push(plain);
    plain = "";
    parts.push(
      <span className="control" key={parts.length} title={t("words.control")}>
        {markOf(character)}
      </span>,
    );
  }
  return plain === "" ? parts : [...parts, plain];
}
