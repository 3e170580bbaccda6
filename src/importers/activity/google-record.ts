import type { SourceInstant } from "../location/source-instant.ts";
import type { Activity } from "./activity-drafts.ts";

/** One record of Google's My Activity, whether it was written as JSON or as HTML. */
export interface GoogleRecord {
  /** The product: `YouTube`, `Search`. */
  readonly header: string | undefined;
  /** `Watched A title`, in the language of the account. */
  readonly title: string;
  readonly url: string | undefined;
  readonly time: SourceInstant | undefined;
  /** Lines below the title: the channel of a video. */
  readonly subtitles: readonly { readonly name: string; readonly url?: string | undefined }[];
  readonly details: readonly string[];
}

type Kind = Activity["kind"];

const verbs: readonly (readonly [RegExp, Kind])[] = [
  [/^Watched\s+/, "watch"],
  [/^Searched for\s+/, "search"],
  [/^Visited\s+/, "visit_page"],
];

/** What the record tells of. The verb says what it is where it is English, else the address does, which has no language. */
export function activityOf({ header, title, url: source, time, subtitles, details }: GoogleRecord): Activity {
  const verb = verbs.find(([pattern]) => pattern.test(title));
  const address = source === undefined ? null : parsedUrl(source);
  const kind = verb?.[1] ?? kindOf(address, header);
  const bare = verb === undefined ? title : title.replace(verb[0], "");
  const [channel] = subtitles;
  const isAd = details.some((detail) => /^From Google Ads$/.test(detail));
  return {
    kind,
    title: kind === "search" ? (queryOf(address) ?? bare) : bare,
    url: target(address) ?? source,
    time,
    more: {
      product: header,
      ...(kind === "watch" ? { channel: channel?.name, channel_url: channel?.url } : { subtitles: subtitles.map(({ name }) => name) }),
      ad: isAd || undefined,
    },
  };
}

function kindOf(url: URL | null, header: string | undefined): Kind {
  if (url === null) return "activity";
  if (/(?:^|\.)youtube\.com$/.test(url.hostname) && /^\/(?:watch|shorts\/.)/.test(url.pathname)) return "watch";
  if (queryOf(url) !== undefined) return "search";
  return header === "Chrome" ? "visit_page" : "activity";
}

/** The words that were searched for, where the address is that of a search. */
function queryOf(url: URL | null): string | undefined {
  if (url === null) return undefined;
  const isGoogle = /(?:^|\.)google\.[a-z.]{2,6}$/.test(url.hostname) && /^\/(?:search|maps\/search)/.test(url.pathname);
  const isYouTube = /(?:^|\.)youtube\.com$/.test(url.hostname) && url.pathname === "/results";
  return (isGoogle ? url.searchParams.get("q") : isYouTube ? url.searchParams.get("search_query") : null)?.trim() || undefined;
}

/** Google's redirections carry the address that was visited. */
function target(url: URL | null): string | undefined {
  const isRedirect = url !== null && /(?:^|\.)google\.[a-z.]{2,6}$/.test(url.hostname) && url.pathname === "/url";
  return isRedirect ? (url.searchParams.get("q") ?? url.searchParams.get("url") ?? undefined) : undefined;
}

function parsedUrl(text: string): URL | null {
  return text.length > 16_384 ? null : URL.parse(text);
}
