/** What is known of a person beside the evidence: persona.json, and whatever else lies beside it. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { texts } from "./evaluate-read.ts";

export interface Relation {
  readonly name: string;
  readonly relation: string;
  readonly birth_date?: string;
  readonly nickname?: string;
  readonly relation_description?: string;
}

export interface Persona {
  readonly name?: string;
  readonly birth?: string;
  readonly home_address?: Readonly<Record<string, string>>;
  readonly birth_place?: Readonly<Record<string, string>>;
  readonly workplace?: Readonly<Record<string, string>>;
  readonly job?: string;
  readonly occupation?: string;
  readonly education?: string;
  readonly family?: string;
  readonly body?: Readonly<Record<string, number>>;
  readonly hobbies?: readonly string[];
  readonly favorite_foods?: readonly string[];
  readonly memory_date?: readonly string[];
  readonly aim?: readonly string[];
  readonly relation?: readonly (readonly Relation[])[];
}

export interface Known {
  readonly persona: Persona;
  readonly relations: readonly Relation[];
  /** Paragraphs of everything that is known: descriptions, places, monthly summaries. */
  readonly paragraphs: readonly string[];
}

export function knownOf(folder: string): Known {
  const persona = JSON.parse(readFileSync(join(folder, "persona.json"), "utf8")) as Persona;
  const places = join(folder, "location.json");
  const summaries = globSync(join(folder, "summary", "*.txt")).sort();
  const paragraphs = [
    ...texts(persona),
    ...(existsSync(places) ? (JSON.parse(readFileSync(places, "utf8")) as unknown[]).map((place) => texts(place).join(" ")) : []),
    ...summaries.flatMap((file) => readFileSync(file, "utf8").split(/\n\s*\n|\n(?=\s*\*)/)),
  ];
  return { persona, relations: (persona.relation ?? []).flat(), paragraphs };
}
