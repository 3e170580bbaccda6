/** Answers of the node, kept while they are looked at, and asked for again when something changed. */
import { useCallback, useSyncExternalStore } from "react";
import { onTouched } from "./change.ts";
import { ask, Problem } from "./client.ts";

export interface Answer<Value> {
  readonly value: Value | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
}

interface Entry {
  answer: Answer<unknown>;
  /** Counts what is on its way; a newer question makes an older answer unwanted. */
  asked: number;
  isStale: boolean;
  readonly watchers: Set<() => void>;
}

/** Answers nobody looks at any more, kept so that going back is instant. */
const keptMax = 60;

const entries = new Map<string, Entry>();
const nothing: Answer<never> = { value: undefined, problem: undefined, isLoading: false };

/** The answer at a path; the last one stays while a newer one is on its way. Null asks nothing. */
export function useAnswer<Value>(path: string | null): Answer<Value> {
  const watch = useCallback(
    (onChange: () => void) => {
      if (path === null) return () => {};
      const entry = entryOf(path);
      entry.watchers.add(onChange);
      if (entry.isStale) void load(path, entry);
      return () => {
        entry.watchers.delete(onChange);
        forgetOld();
      };
    },
    [path],
  );
  const read = useCallback(() => (path === null ? nothing : entryOf(path).answer), [path]);
  return useSyncExternalStore(watch, read) as Answer<Value>;
}

/** What is looked at is asked for again, the rest when it is next looked at. */
export function refresh(isTouched: (path: string) => boolean = () => true): void {
  for (const [path, entry] of entries) {
    if (!isTouched(path)) continue;
    entry.isStale = true;
    if (entry.watchers.size > 0) void load(path, entry);
  }
}

onTouched(refresh);

/** What an event brought along need not be asked for. */
export function put(path: string, value: unknown): void {
  const entry = entryOf(path);
  entry.asked++;
  entry.isStale = false;
  tell(entry, { value, problem: undefined, isLoading: false });
}

function entryOf(path: string): Entry {
  const known = entries.get(path);
  if (known) return known;
  const entry: Entry = { answer: { ...nothing, isLoading: true }, asked: 0, isStale: true, watchers: new Set() };
  entries.set(path, entry);
  return entry;
}

async function load(path: string, entry: Entry): Promise<void> {
  entry.isStale = false;
  const turn = ++entry.asked;
  try {
    const value = await ask<unknown>(path);
    if (turn === entry.asked) tell(entry, { value, problem: undefined, isLoading: false });
  } catch (cause) {
    entry.isStale = true;
    const problem = cause instanceof Problem ? cause : new Problem("internal", 0, String(cause));
    if (turn === entry.asked) tell(entry, { value: entry.answer.value, problem, isLoading: false });
  }
}

function tell(entry: Entry, answer: Answer<unknown>): void {
  entry.answer = answer;
  for (const watch of entry.watchers) watch();
}

function forgetOld(): void {
  for (const [path, { watchers }] of entries) {
    if (entries.size <= keptMax) return;
    if (watchers.size === 0) entries.delete(path);
  }
}
