/** Every word of the inspector comes through here: typed keys, plural forms, and what people and files wrote set apart from ours. */
import { createElement, Fragment, type ReactNode } from "react";
import { visible } from "../words/visible.ts";
import { en } from "./en.ts";

/** The language that the page is in. Another one is another table with the same keys. */
export const language = "en";

/** How dates and numbers are written: as the person's own browser does, as long as it speaks the page's language. */
export const locale = navigator.languages.find((each) => each === language || each.startsWith(`${language}-`)) ?? language;

type Table = typeof en;
export type Key = keyof Table;

type FormsOf<Entry> = Entry extends string
  ? Entry
  : Entry extends { readonly one: infer One; readonly other: infer Other }
    ? One | Other
    : never;
type PlacesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | PlacesIn<Rest> : never;
/** `count` chooses between forms, whether they write it or not. */
type PlacesOf<K extends Key> = PlacesIn<FormsOf<Table[K]>> | (Table[K] extends string ? never : "count");
type Given<K extends Key, Value> = [PlacesOf<K>] extends [never] ? [] : [{ readonly [Name in PlacesOf<K>]: Value }];

const plural = new Intl.PluralRules(language);
const number = new Intl.NumberFormat(locale);

/** A key's text. Numbers are written as people write them; text that is filled in is isolated, and its control characters shown. */
export function t<K extends Key>(key: K, ...[given]: Given<K, string | number>): string {
  const values = (given ?? {}) as Record<string, string | number>;
  return formOf(key, values).replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name];
    return typeof value === "number" ? number.format(value) : isolated(value ?? "");
  });
}

/** The same with elements in the places, as a link or words that are clamped. `count` chooses the plural form. */
export function say<K extends Key>(key: K, ...[given]: Given<K, ReactNode>): ReactNode[] {
  const values = (given ?? {}) as Record<string, ReactNode>;
  return formOf(key, values)
    .split(/(\{\w+\})/)
    .map((part, index) => {
      const value = part.startsWith("{") ? values[part.slice(1, -1)] : part;
      return createElement(Fragment, { key: `${index}:${part}` }, typeof value === "number" ? number.format(value) : value);
    });
}

/** A key that is put together from data, when there is one. */
export function maybe(key: string): string | null {
  const entry = Object.hasOwn(en, key) ? (en as Record<string, unknown>)[key] : undefined;
  return typeof entry === "string" ? entry : null;
}

function formOf(key: Key, values: Readonly<Record<string, unknown>>): string {
  const entry: string | { readonly one: string; readonly other: string } = en[key];
  if (typeof entry === "string") return entry;
  return plural.select(Number(values["count"])) === "one" ? entry.one : entry.other;
}

/** First-strong isolate and its end: what is between them cannot turn our words round. Plain ASCII could not anyway. */
function isolated(text: string): string {
  const shown = visible(text, 160);
  return /^[ -~]*$/.test(shown) ? shown : `\u2068${shown}\u2069`;
}
