/** Search, topics, statuses and certainty. Typing searches; the rest is one press each. */
import { useEffect, useState } from "react";
import type { Topic } from "../../api/contract.ts";
import { Icon } from "../../shell/icon.tsx";
import { t } from "../../strings/text.ts";
import { Words } from "../../words/words.tsx";
import { type Filter, shownStatuses } from "./filter.ts";

export interface ClaimFilterProps {
  readonly filter: Filter;
  readonly topics: readonly Topic[];
  readonly onChange: (filter: Filter, replace: boolean) => void;
}

/** Letters that come at once, as pasted ones, are one question. */
const typingMs = 5;
const certainties = [0, 60, 80, 95] as const;

export function ClaimFilter({ filter, topics, onChange }: ClaimFilterProps) {
  return (
    <search className="filter">
      <SearchField filter={filter} onChange={onChange} />
      <label className="filter-select">
        <span className="unseen">{t("filter.shown")}</span>
        <select
          className="input"
          value={filter.shown}
          onChange={({ target }) =>
            onChange({ ...filter, shown: shownStatuses.find((each) => each === target.value) ?? "believed" }, false)
          }
        >
          {shownStatuses.map((shown) => (
            <option key={shown} value={shown}>
              {t(`filter.shown.${shown}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="filter-select">
        <span className="unseen">{t("filter.sure")}</span>
        <select className="input" value={filter.sure} onChange={({ target }) => onChange({ ...filter, sure: Number(target.value) }, false)}>
          {certainties.map((sure) => (
            <option key={sure} value={sure}>
              {sure === 0 ? t("filter.sure.any") : t("filter.sure.least", { percent: sure })}
            </option>
          ))}
        </select>
      </label>
      <fieldset className="topics">
        <legend className="unseen">{t("filter.topic")}</legend>
        <TopicChip name={t("filter.topic.all")} isOn={filter.topic === ""} onPress={() => onChange({ ...filter, topic: "" }, false)} />
        {topics
          .filter(({ id, total }) => total > 0 || id === filter.topic)
          .map(({ id, title, total }) => (
            <TopicChip
              key={id}
              name={title}
              count={total}
              isOn={filter.topic === id}
              onPress={() => onChange({ ...filter, topic: filter.topic === id ? "" : id }, false)}
            />
          ))}
      </fieldset>
    </search>
  );
}

function SearchField({ filter, onChange }: Pick<ClaimFilterProps, "filter" | "onChange">) {
  const [text, setText] = useState(filter.q);
  useEffect(() => setText(filter.q), [filter.q]);
  useEffect(() => {
    if (text === filter.q) return;
    const timer = setTimeout(() => onChange({ ...filter, q: text }, true), typingMs);
    return () => clearTimeout(timer);
  }, [text, filter, onChange]);
  return (
    <div className="search">
      <Icon name="search" />
      <input
        id="claim-search"
        className="input"
        type="search"
        aria-label={t("filter.search")}
        placeholder={t("filter.search.hint")}
        value={text}
        maxLength={1_000}
        autoComplete="off"
        spellCheck={false}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  );
}

interface TopicChipProps {
  readonly name: string;
  readonly count?: number;
  readonly isOn: boolean;
  readonly onPress: () => void;
}

function TopicChip({ name, count, isOn, onPress }: TopicChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} onClick={onPress}>
      <Words text={name} max={40} />
      {count !== undefined && <span className="quiet">{t("count", { count })}</span>}
    </button>
  );
}
