/** The token that the address brought: kept for this tab, and taken out of the address bar before anything else happens. */
const slot = "fablepool-token";

export function takeToken(): void {
  const given = /(?:^#|&)token=([^&]+)/.exec(location.hash)?.[1];
  if (given === undefined) return;
  sessionStorage.setItem(slot, decodeURIComponent(given));
  history.replaceState(null, "", `${location.pathname}#/`);
}

export function token(): string | null {
  return sessionStorage.getItem(slot);
}
