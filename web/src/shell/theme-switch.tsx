/** One button that goes round the three themes, and says which one is on. */
import { useState } from "react";
import { t } from "../strings/text.ts";
import { Icon } from "./icon.tsx";
import { readTheme, setTheme, themes } from "./theme.ts";

const icons = { system: "system", light: "sun", dark: "moon" } as const;

export function ThemeSwitch() {
  const [theme, choose] = useState(readTheme);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
  const label = t(`theme.${theme}`);
  return (
    <button
      type="button"
      className="button button-quiet button-icon"
      aria-label={label}
      title={label}
      onClick={() => {
        setTheme(next);
        choose(next);
      }}
    >
      <Icon name={icons[theme]} />
    </button>
  );
}
