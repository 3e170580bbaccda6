/** Long lists of the node, a page at a time, kept while one is in them and for a while after, so that going back finds the place. */
import { useCallback, useSyncExternalStore } from "react";
import { onTouched } from "./change.ts";
import { ask, Problem, withQuery } from "./client.ts";
import type { Page } from "./contract.ts";

export interface Pages<Item> {
  readonly items: readonly Item[];
  /** How many match; null when the node does not count them. */
  readonly total: number | null;
  readonly isDone: boolean;
  readonly isLoading: boolean;
  /** Something changed since, in a list too long to be fetched again under the reader. */
  readonly isOutdated: boolean;
  readonly problem: Problem | undefined;
}

const nothing: Pages<never> = { items: [], total: null, isDone: false, isLoading: true, isOutdated: false, problem: undefined };

/** Items of the first page, a screen and a half: that is what is waited for. */
const firstSize = 30;
/** Items of each further page; the API's own maximum is 200. */
const pageSize = 100;
/** Pages without any item that fits, asked for in a row before the list waits to be asked again. */
const emptyMax = 20;
/** Lists that are kept. */
const keptMax = 12;

class PagedList {
  pages: Pages<unknown> = nothing;
  readonly watchers = new Set<() => void>();
  readonly #path: string;
  #next: string | null | undefined;
  #turn = 0;

  constructor(path: string) {
    this.#path = path;
  }

  tell(change: Partial<Pages<unknown>>): void {
    this.pages = { ...this.pages, ...change };
    for (const watch of this.watchers) watch();
  }

  /** The first page again, in the place of all. */
  renew(): Promise<void> {
    this.#next = undefined;
    return this.#load([]);
  }

  more(): Promise<void> {
    return this.pages.isDone || (this.pages.isLoading && this.#turn > 0) ? Promise.resolve() : this.#load(this.pages.items);
  }

  touched(): void {
    if (this.pages.items.length > pageSize) this.tell({ isOutdated: true });
    else void this.renew();
  }

  async #load(before: readonly unknown[]): Promise<void> {
    const turn = ++this.#turn;
    this.tell({ isLoading: true });
    try {
      let items = before;
      // Renewed, a list is as long as it was.
      const limit = before.length > 0 ? pageSize : Math.max(firstSize, Math.min(pageSize, this.pages.items.length));
      for (let tries = 0; tries < emptyMax && items.length === before.length && this.#next !== null; tries++) {
        const page = await ask<Page<unknown>>(withQuery(this.#path, { limit, after: this.#next }));
        if (turn !== this.#turn) return;
        this.#next = page.next;
        items = [...items, ...page.items];
        this.tell({ total: page.total });
      }
      this.tell({ items, isDone: this.#next === null, isLoading: false, isOutdated: false, problem: undefined });
    } catch (cause) {
      const problem = cause instanceof Problem ? cause : new Problem("internal", 0, String(cause));
      if (turn === this.#turn) this.tell({ isLoading: false, problem });
    }
  }
}

const lists = new Map<string, PagedList>();

onTouched(() => {
  for (const [path, list] of lists)
    if (list.watchers.size > 0) list.touched();
    else lists.delete(path);
});

function listOf(path: string): PagedList {
  const known = lists.get(path);
  if (known) return known;
  const list = new PagedList(path);
  lists.set(path, list);
  for (const [old, { watchers }] of lists) if (lists.size > keptMax && watchers.size === 0) lists.delete(old);
  return list;
}

export function usePages<Item>(path: string): Pages<Item> & { readonly more: () => void; readonly renew: () => void } {
  const watch = useCallback(
    (onChange: () => void) => {
      const list = listOf(path);
      list.watchers.add(onChange);
      if (list.pages === nothing) void list.renew();
      return () => list.watchers.delete(onChange);
    },
    [path],
  );
  const pages = useSyncExternalStore(watch, () => listOf(path).pages) as Pages<Item>;
  const more = useCallback(() => void listOf(path).more(), [path]);
  const renew = useCallback(() => void listOf(path).renew(), [path]);
  return { ...pages, more, renew };
}
