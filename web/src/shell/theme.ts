/** Light, dark, or as the system is. Kept on this machine, in this browser. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const slot = "fablepool-theme";

export function readTheme(): Theme {
  const kept = localStorage.getItem(slot);
  return themes.find((theme) => theme === kept) ?? "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") {
    localStorage.removeItem(slot);
    delete document.documentElement.dataset["theme"];
    return;
  }
  localStorage.setItem(slot, theme);
  document.documentElement.dataset["theme"] = theme;
}
