/** The golden vectors under `spec/vectors`: one scenario a file, as `spec/README.md` describes them. */
import { readdirSync, readFileSync } from "node:fs";
import { parseJson } from "../core/codec/parse.ts";
import { PoolError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/ports.ts";

export interface Vector {
  /** The folder it is in: one a page of the specification. */
  readonly part: string;
  readonly name: string;
  readonly comment: string;
  /** Page and rule: `02-admission ADM-3`. */
  readonly spec: string;
  /** What a runner has to do with `input`. */
  readonly kind: string;
  /** Every member, the four above and `expect` included. */
  readonly input: JsonObject;
  readonly expect: JsonObject;
  /** False when something in the scenario must be refused, wait, or have no effect. */
  readonly valid: boolean;
}

/** An envelope's payload may be 33 levels deep, and hangs below a few of the file's own. */
const depthMax = 64;

/** Every scenario, by part and name. Throws `parse` for a file that is none. */
export function loadVectors(folder: URL = new URL("../../spec/vectors/", import.meta.url)): Vector[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  return files
    .filter((path) => path.endsWith(".json"))
    .sort()
    .map((path) => readVector(path, readFileSync(new URL(path, folder), "utf8")));
}

function readVector(path: string, text: string): Vector {
  const input = parseJson(text, { maxDepth: depthMax });
  const [, part, name] = /^([a-z]+)\/([a-z0-9-]+)\.json$/.exec(path) ?? [];
  if (part === undefined || name === undefined || !isObject(input)) throw fault(path, "is no <part>/<scenario>.json with an object in it");
  const { comment, spec, kind, expect } = input;
  if (typeof comment !== "string" || typeof kind !== "string") throw fault(path, "has no comment or no kind");
  if (typeof spec !== "string" || !/^\d\d-[a-z]+ [A-Z]{2,3}-\d+$/.test(spec)) throw fault(path, "names no rule");
  const verdict = isObject(expect) ? expect["verdict"] : undefined;
  if (!isObject(expect) || (verdict !== "valid" && verdict !== "invalid")) throw fault(path, "expects neither valid nor invalid");
  return { part, name, comment, spec, kind, input, expect, valid: verdict === "valid" };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fault(path: string, what: string): PoolError {
  return new PoolError("parse", `spec/vectors/${path} ${what}`);
}
