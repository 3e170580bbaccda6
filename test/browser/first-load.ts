/** What a browser fetches for the first view: the page, and every script and style that it names or that those import outright. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export interface FirstLoad {
  readonly files: readonly string[];
  /** Bytes of all of them, each compressed for itself. */
  readonly gzip: number;
}

export function firstLoadOf(page: string): FirstLoad {
  const open = ["index.html"];
  const files = new Set<string>();
  let gzip = 0;
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const text = readFileSync(join(page, file), "utf8");
    gzip += gzipSync(text).length;
    if (file.endsWith(".html")) open.push(...[...text.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, name = ""]) => name));
    if (file.endsWith(".js")) {
      const outright = text.matchAll(/(?:^|[;}\n])(?:import|export)(?:[^"'`;()]*from)?\s*["'`]\.\/([^"'`]+)["'`]/g);
      open.push(...[...outright].map(([, name = ""]) => `assets/${name}`));
    }
  }
  return { files: [...files], gzip };
}
