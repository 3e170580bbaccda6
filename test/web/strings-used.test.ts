import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { en } from "../../web/src/strings/en.ts";

/** Every literal and template in the page that could be a key; `${…}` is any run of characters. */
function keysMentioned(): RegExp {
  const parts = globSync("web/src/**/*.{ts,tsx}")
    .filter((file) => !file.endsWith("/en.ts"))
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/["`]([a-z][\w.$\-{}?: "]*)["`]/g)].map(([, text = ""]) => text));
  const patterns = new Set(parts.map((part) => part.replace(/[.\-?]/g, "\\$&").replace(/\$\{[^}]*\}/g, "[\\w.-]+")));
  return new RegExp(`^(?:${[...patterns].filter((pattern) => /^[\w.\\+[\]-]+$/.test(pattern)).join("|")})$`);
}

test("no text is left over: every key is used somewhere", () => {
  const used = keysMentioned();
  assert.deepEqual(
    Object.keys(en).filter((key) => !used.test(key)),
    [],
  );
});

test("no words outside the table: elements hold none of their own", () => {
  const loose: string[] = [];
  for (const file of globSync("web/src/**/*.tsx")) {
    const source = readFileSync(file, "utf8");
    for (const [, text = ""] of source.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)) loose.push(`${file}: ${text}`);
    for (const [, text = ""] of source.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*[a-z]{3,}[^"]*)"/g)) {
      if (!/^(did:key|https?:)/.test(text)) loose.push(`${file}: ${text}`);
    }
  }
  assert.deepEqual(loose, []);
});
