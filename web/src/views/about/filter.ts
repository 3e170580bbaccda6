/** What of the claims is looked at; all of it in the address, so that it can be come back to. */
import { withQuery } from "../../api/client.ts";
import type { ClaimStatus } from "../../api/contract.ts";
import { to } from "../../router/router.ts";

/** Statuses as a person thinks of them. `all` leaves out what has no words. */
export const shownStatuses = ["believed", "proposed", "refuted", "fallen", "all"] as const;
export type ShownStatus = (typeof shownStatuses)[number];

export interface Filter {
  readonly q: string;
  readonly topic: string;
  readonly shown: ShownStatus;
  /** At least this sure, in percent. */
  readonly sure: number;
  readonly sort: "newest" | "oldest";
}

const statuses: Readonly<Record<ShownStatus, readonly ClaimStatus[]>> = {
  believed: ["active", "superseded"],
  proposed: ["proposed"],
  refuted: ["refuted", "corrected"],
  fallen: ["invalidated", "superseded", "contested", "pending"],
  all: ["active", "superseded", "proposed", "refuted", "corrected", "invalidated", "contested", "pending"],
};

export function filterOf(query: URLSearchParams): Filter {
  return {
    q: query.get("q") ?? "",
    topic: query.get("topic") ?? "",
    shown: shownStatuses.find((each) => each === query.get("shown")) ?? "believed",
    sure: Math.min(100, Math.max(0, Number(query.get("sure")) || 0)),
    sort: query.get("sort") === "oldest" ? "oldest" : "newest",
  };
}

export function routeOf({ q, topic, shown, sure, sort }: Filter): string {
  return to("about", null, {
    q,
    topic,
    shown: shown === "believed" ? "" : shown,
    sure: sure === 0 ? "" : String(sure),
    sort: sort === "newest" ? "" : sort,
  });
}

export function claimsPath({ q, topic, shown, sure, sort }: Filter): string {
  return withQuery("/claims", {
    q: q.trim(),
    topic,
    status: statuses[shown].join(","),
    min_confidence: sure === 0 ? undefined : sure / 100,
    sort: q.trim() === "" ? sort : undefined,
  });
}

/** False when everything is looked at: that is shown by topic. */
export function isNarrow({ q, topic, shown, sure, sort }: Filter): boolean {
  return q.trim() !== "" || topic !== "" || shown !== "believed" || sure > 0 || sort !== "newest";
}
