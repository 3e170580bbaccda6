/** Where a hub is asked (spec/11-hosting.md): scheme, host and port, written in one way only, so that it can be signed and compared. */

/** `https`, or `http` on this machine; lower case, without the scheme's own port, a path, or anything else. */
export function isHubAddress(text: string): boolean {
  if (text.length > addressCharacters) return false;
  const [, scheme, host = "", port] = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?$/.exec(text) ?? [];
  if (scheme === undefined || /^[.-]|\.\.|[.-]$/.test(host)) return false;
  const number = port === undefined ? null : Number(port);
  if (number !== null && (number > 65_535 || number === (scheme === "https" ? 443 : 80))) return false;
  return scheme === "https" || /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}

/** A name in the domain name system has at most 253. */
const addressCharacters = 280;
