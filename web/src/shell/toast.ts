/** Short news at the bottom of the page, read out by screen readers: what a judgement did, with a way back. */
import { useSyncExternalStore } from "react";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

let toasts: readonly Toast[] = [];
let last = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();

function tell(next: readonly Toast[]): void {
  toasts = next;
  for (const watch of watchers) watch();
}

/** Long enough to read, and to reach for the way back; that is on the claim's own page, too. */
const [plainMs, actionMs] = [6_000, 15_000];

/** One at a time: what happened last is what one wants to know. */
export function toast(text: string, action?: Toast["action"]): void {
  const id = ++last;
  clearTimeout(timer);
  tell([{ id, text, action }]);
  timer = setTimeout(() => closeToast(id), action ? actionMs : plainMs);
}

export function closeToast(id: number): void {
  tell(toasts.filter((each) => each.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
    () => toasts,
  );
}
