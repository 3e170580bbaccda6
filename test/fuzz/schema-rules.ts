/** Texts that a JSON Schema describes, as far as our contracts go; mostly fitting. */
import { characters, inOrder, oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import { hex, json, mostly, number, string } from "./rules.ts";

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** `named`: what `$ref` leads to; `known`: ids that lead to something. */
export interface Naming {
  readonly named: Readonly<Record<string, Schema>>;
  readonly known: readonly string[];
}

export function ruleOf(schema: Schema, naming: Naming): Rule {
  if (schema.$ref !== undefined) return ruleOf(naming.named[schema.$ref.split("/").at(-1) ?? ""] ?? {}, naming);
  if (schema.const !== undefined) return () => JSON.stringify(schema.const);
  if (schema.enum !== undefined) return mostly(oneOf(...schema.enum.map((each) => JSON.stringify(each))), json);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) return oneOf(...choices.map((each) => ruleOf(each, naming)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return oneOf(...types.map((type) => mostly(ruleOfType(String(type), schema, naming), json)));
}

function ruleOfType(type: string, schema: Schema, naming: Naming): Rule {
  if (type === "object") return objectRule(schema, naming);
  if (type === "array") return inOrder("[", repeated(ruleOf(schema.items ?? {}, naming), 0, 4, ","), "]");
  if (type === "integer" || type === "number")
    return mostly(oneOf("1", "0", "0.5", "1790000000000", characters("123456789", 1, 3)), number);
  if (type === "boolean") return oneOf("true", "false");
  if (type === "null") return () => "null";
  if (type === "string") return stringRule(schema, naming);
  return json;
}

function stringRule({ pattern, example }: Schema, { known }: Naming): Rule {
  const quoted = (text: string) => JSON.stringify(text);
  if (pattern?.startsWith("^op:")) return mostly(oneOf(...known.map(quoted)), inOrder('"op:', hex(64), '"'), string);
  if (example !== undefined) return mostly(quoted(String(example)), string);
  return mostly(oneOf('"self"', '"place.home"', '"a"', '"2026-01-31"', string), '""', quoted("x".repeat(3_000)));
}

function objectRule({ properties = {}, required = [] }: Schema, naming: Naming): Rule {
  const members = Object.entries(properties).map(([name, schema]) => ({ name, rule: ruleOf(schema, naming) }));
  return (random) => {
    const chosen = members.filter(({ name }) => (required.includes(name) ? !random.once(12) : random.once(2)));
    const more = random.once(12) ? [`"more":${json(random)}`] : [];
    return `{${[...chosen.map(({ name, rule }) => `${JSON.stringify(name)}:${rule(random)}`), ...more].join(",")}}`;
  };
}
