/** The inspector's own files, as the build made them: read once, served with their types, kept by browsers where their name has a digest. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { extname, join, relative, sep } from "node:path";

interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
  /** Its name has a digest of what is in it: what it names never changes. */
  readonly isHashed: boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** Headers of every answer, the API's too. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "X-Frame-Options": "DENY",
};

export class InspectorFiles {
  readonly #files = new Map<string, StaticFile>();

  /** `folder` as the build made it; without one there is a page that says how to make it. */
  constructor(folder: string | null) {
    if (folder === null || !existsSync(join(folder, "index.html"))) this.#files.set("/index.html", fileOf(".html", notBuilt, false));
    else for (const path of pathsIn(folder)) this.#add(folder, path);
  }

  #add(folder: string, path: string): void {
    const name = `/${relative(folder, path).split(sep).join("/")}`;
    this.#files.set(name, fileOf(extname(path), readFileSync(path), /-[\w-]{8,}\.\w+$/.test(name)));
  }

  /** Any address without an ending is the page: it shows what its own address says. */
  answer({ method, url = "/", headers }: IncomingMessage): Response {
    if (method !== "GET" && method !== "HEAD") return plain(405, "only GET and HEAD are answered here", { Allow: "GET, HEAD" });
    const path = url.split(/[?#]/, 1)[0] ?? "/";
    const file = this.#files.get(path) ?? (extname(path) === "" ? this.#files.get("/index.html") : undefined);
    if (file === undefined) return plain(404, "there is nothing here");
    const caching = { ETag: file.etag, "Cache-Control": file.isHashed ? "public, max-age=31536000, immutable" : "no-cache" };
    if (headers["if-none-match"] === file.etag) return new Response(null, { status: 304, headers: caching });
    const fields = { ...caching, "Content-Type": file.type, "Content-Length": String(file.bytes.length) };
    return new Response(method === "HEAD" ? null : file.bytes, { headers: fields });
  }
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" } });
}

function fileOf(extension: string, content: Buffer | string, isHashed: boolean): StaticFile {
  const bytes = new Uint8Array(Buffer.from(content));
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { bytes, type: types[extension] ?? "application/octet-stream", etag, isHashed };
}

function pathsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? pathsIn(path) : path;
  });
}

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>FablePool</title>
<h1>The inspector is not built</h1>
<p>Stop this, run <code>npm run build</code> in the folder of the project, and start it again.</p>
</html>
`;
