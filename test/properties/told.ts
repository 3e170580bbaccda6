/** Tells a shrunk history. */
import type { Json } from "../../src/core/ports.ts";

/** One line for each envelope: what a person needs to follow the case. */
export function told(values: readonly Json[]): string {
  const short = (id: unknown) => String(id).slice(3, 9);
  const lines = values.map((value) => {
    const op = (value ?? {}) as Readonly<Record<string, Json>>;
    const prev = Array.isArray(op["prev"]) ? op["prev"].map(short).join(" ") : "";
    const payload = op["payload"] === undefined ? "(no payload)" : JSON.stringify(op["payload"]).replaceAll(/op:(\w{6})\w+/g, "$1");
    return `${short(op["op_id"])} ${String(op["type"])} by ${String(op["author"]).slice(-4)} seq ${op["seq"]} lamport ${op["lamport"]} after [${prev}] ${payload}`;
  });
  return lines.join("\n");
}
