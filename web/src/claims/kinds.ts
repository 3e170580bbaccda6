/** Kinds of evidence, as people call them, and their pictures. */
import type { IconName } from "../shell/icon.tsx";
import { type Key, t } from "../strings/text.ts";

type NameKey = Extract<Key, `kind.${string}.name`>;
type CountKey = Exclude<Extract<Key, `kind.${string}`>, NameKey>;

const kinds: Readonly<Record<string, { readonly icon: IconName; readonly words: Exclude<CountKey, "kind.other"> }>> = {
  event: { icon: "calendar", words: "kind.event" },
  note: { icon: "note", words: "kind.note" },
  photo: { icon: "photo", words: "kind.photo" },
  mail: { icon: "mail", words: "kind.mail" },
  message: { icon: "chat", words: "kind.message" },
  chat_message: { icon: "assistant", words: "kind.chat" },
  chat_project: { icon: "assistant", words: "kind.chat" },
  chat_document: { icon: "assistant", words: "kind.chat" },
  memory: { icon: "assistant", words: "kind.memory" },
  call: { icon: "chat", words: "kind.call" },
  contact: { icon: "contact", words: "kind.contact" },
  visit: { icon: "place", words: "kind.visit" },
  trip: { icon: "place", words: "kind.trip" },
  place: { icon: "place", words: "kind.place" },
  task: { icon: "check", words: "kind.task" },
  workout: { icon: "health", words: "kind.workout" },
  health_day: { icon: "health", words: "kind.health_day" },
  bookmark: { icon: "web", words: "kind.bookmark" },
  search: { icon: "web", words: "kind.search" },
  watch: { icon: "web", words: "kind.watch" },
  page: { icon: "web", words: "kind.page" },
  claim: { icon: "spark", words: "kind.claim" },
};

export function kindIcon(kind: string): IconName {
  return (Object.hasOwn(kinds, kind) ? kinds[kind]?.icon : undefined) ?? "file";
}

/** `14 calendar entries` */
export function kindCount(kind: string, count: number): string {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return t(known?.words ?? "kind.other", { count });
}

/** `Calendar entries`, for legends and filters; of one, `Calendar entry`. */
export function kindName(kind: string, count = 2): string {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return known ? t(`${known.words}.name`, { count }) : t("kind.other.name", { kind });
}
