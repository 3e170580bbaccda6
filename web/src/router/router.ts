/** Where in the inspector one is: `#/about?topic=health`. In the address, so that back, reload and bookmarks work; never sent anywhere. */
import { useMemo, useSyncExternalStore } from "react";

export interface Route {
  /** The first part: which view. */
  readonly view: string;
  /** The second part: which thing of it. */
  readonly id: string | null;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view = "", id] = path.split("/");
  return { view: view === "" ? "about" : view, id: id === undefined || id === "" ? null : decoded(id), query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a view, for links. */
export function to(view: string, id?: string | null, query: Readonly<Record<string, string | undefined>> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") params.set(name, value);
  const text = params.toString();
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ""}${text === "" ? "" : `?${text}`}`;
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (onChange) => {
      addEventListener("hashchange", onChange);
      return () => removeEventListener("hashchange", onChange);
    },
    () => location.hash,
  );
  return useMemo(() => parseRoute(hash), [hash]);
}

/** Goes there, or with `replace` puts it in the place of where one is, as for each letter of a search. */
export function go(address: string, { replace = false } = {}): void {
  if (location.hash === address) return;
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}
