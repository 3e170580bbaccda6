/** The API's document as it is kept in docs/openapi.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../src/server/api/index.ts";

export function documentText(): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8")) as { version: string };
  return `${JSON.stringify(openApiDocument(version), null, 1)}\n`;
}
