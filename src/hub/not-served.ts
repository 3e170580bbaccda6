/** What is answered of a pool that is suspended, or being deleted (spec/11-hosting.md, HOS-7). */
import type { Json, JsonObject } from "../core/ports.ts";
import { hostingRefused } from "../core/sync/hosting.ts";
import type { Hosted } from "./hub.ts";
import { answerStranger, isGreeting } from "./stranger.ts";

const texts = { suspended: "this hub does not serve this pool now", leaving: "this pool is being deleted here" } as const;

export function notServed({ notice }: Pick<Hosted, "notice">, why: keyof typeof texts): JsonObject {
  const text = notice === "" ? texts[why] : `${texts[why]}: ${notice}`;
  return { ...hostingRefused(why, text) };
}

/** What is gone can't tell who was a stranger: whoever signs knows the did, and is told. */
export function leavingReply(hosted: Pick<Hosted, "did" | "notice">, message: Json, key: string | null): JsonObject {
  return key === null && isGreeting(message) ? answerStranger(hosted.did, message) : notServed(hosted, "leaving");
}
