/** Single keys, for who does not want to reach for the mouse. They can be switched off: some people's speech input types letters. */
import { useEffect, useEffectEvent } from "react";

const slot = "fablepool-keys";

export function areKeysOn(): boolean {
  return localStorage.getItem(slot) !== "off";
}

export function setKeysOn(on: boolean): void {
  if (on) localStorage.removeItem(slot);
  else localStorage.setItem(slot, "off");
}

export type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys do their work unless one writes, holds a modifier, or a dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !areKeysOn()) return;
    const run = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : undefined;
    if (!run || isTaken(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

/** What one writes into has its own use for keys, and so has a picture that arrows move through. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, dialog, [data-keys]") !== null;
}
