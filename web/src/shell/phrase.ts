/** The recovery phrase of a pool that was just founded, until its owner has it on paper: it is nowhere else, and in no storage. */
import { useSyncExternalStore } from "react";

let phrase: string | null = null;
const watchers = new Set<() => void>();

function tell(next: string | null): void {
  phrase = next;
  for (const watch of watchers) watch();
}

export function showPhrase(words: string): void {
  tell(words);
}

export function phraseIsKept(): void {
  tell(null);
}

export function usePhrase(): string | null {
  return useSyncExternalStore(
    (watch) => {
      watchers.add(watch);
      return () => watchers.delete(watch);
    },
    () => phrase,
  );
}
