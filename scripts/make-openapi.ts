/** Writes docs/openapi.json, which is made of the schemas that `/api` checks by: `node scripts/make-openapi.ts` after a change of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentText } from "./openapi-text.ts";

writeFileSync(join(import.meta.dirname, "..", "docs", "openapi.json"), documentText());
