/** The house rules as code: what reviewers would otherwise have to remember (CONTRIBUTING.md says why). */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";

const sources = globSync(["{src,demo,bench,sim,scripts}/**/*.ts", "web/src/**/*.{ts,tsx}"]).sort();
const tests = globSync("test/**/*.ts").sort();
const pages = globSync(["*.md", "docs/**/*.md", "spec/**/*.md"]).sort();
const lines = new Map([...sources, ...tests].map((file) => [file, readFileSync(file, "utf8").split("\n")]));

function offenders(files: readonly string[], isBad: (line: string, file: string) => boolean): string[] {
  return files.flatMap((file) =>
    (lines.get(file) ?? []).flatMap((line, at) => (isBad(line, file) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
}

const code = (line: string) => !/^\s*(\/\/|\*|\/\*)/.test(line);

test("core takes time, randomness and I/O as values", () => {
  const core = sources.filter((file) => file.startsWith("src/core/"));
  const ambient = /\bDate\.now|new Date\(|Math\.random|from "node:|\bsetTimeout|\bawait\b|\basync\b|\bPromise\b|\bperformance\b/;
  assert.deepEqual(
    offenders(core, (line) => code(line) && ambient.test(line)),
    [],
  );
});

/** Who may import whom; everything else is refused by the compiler too (one composite project a room). */
const doors: Readonly<Record<string, readonly string[]>> = {
  core: [],
  store: ["core"],
  transport: ["core"],
  importers: ["core"],
  derive: ["core"],
  testkit: ["core", "store", "transport", "importers", "derive"],
  node: ["core", "store", "transport", "importers", "derive"],
  server: ["core", "store", "transport", "importers", "derive", "node"],
  mcp: ["core", "store", "transport", "importers", "derive", "node"],
  hub: ["core", "store", "transport", "importers", "derive", "node", "server"],
  cli: ["core", "store", "transport", "importers", "derive", "node", "server", "hub", "mcp"],
};

test("rooms import only through their doors, and the compiler is told the same", () => {
  for (const file of sources.filter((each) => each.startsWith("src/"))) {
    const room = file.split("/")[1] ?? "";
    for (const line of lines.get(file) ?? []) {
      const target = /from "(\.[^"]+)"/.exec(line)?.[1];
      if (target === undefined) continue;
      const other = relative("src", join(dirname(file), target)).split("/")[0] ?? "";
      assert.ok(other === room || doors[room]?.includes(other), `${file} imports ${other}`);
    }
  }
  for (const [room, open] of Object.entries(doors)) {
    const config = `src/${room}/tsconfig.json`;
    const { references = [] } = JSON.parse(readFileSync(config, "utf8")) as { references?: { path: string }[] };
    assert.deepEqual(references.map(({ path }) => path.replace("../", "")).sort(), [...open].sort(), config);
  }
});

test("whoever keeps a pool in SQLite never loads PostgreSQL's client: its store is imported by the hub alone", () => {
  const others = sources.filter((file) => /^src\/(?!store\/postgres\/|hub\/)/.test(file));
  assert.deepEqual(
    offenders(others, (line) => /from "(pg|[^"]*\/postgres\/[^"]*)"/.test(line)),
    [],
  );
});

test("commands start soon: importers, rules and the curve of pairing are loaded only where they are used", () => {
  const others = sources.filter((file) => /^src\/(?!importers\/|derive\/|testkit\/)/.test(file));
  assert.deepEqual(
    offenders(others, (line) =>
      /^(?:import|export) (?!type\b).*from "[^"]*(?:importers\/index|derive\/index|\/pairing-crypto)\.ts"/.test(line),
    ),
    [],
  );
});

test("the library neither prints, reads the environment nor exits: the edges do", () => {
  const library = sources.filter((file) => /^src\/(core|store|transport|importers|derive|node|server|hub|mcp)\//.test(file));
  const edge = /\bconsole\.|process\.(exit|exitCode|stdout|stderr|argv)\b/;
  assert.deepEqual(
    offenders(library, (line) => code(line) && edge.test(line)),
    [],
  );
  const environment = library.filter((file) => file !== "src/node/home.ts");
  assert.deepEqual(
    offenders(environment, (line) => code(line) && /process\.env\b/.test(line)),
    [],
  );
});

test("errors carry a code", () => {
  assert.deepEqual(
    offenders(
      sources.filter((file) => file.startsWith("src/")),
      (line) => code(line) && /throw new Error\(/.test(line),
    ),
    [],
  );
});

test("files have one concept: in src and web median 120 lines, 350 at most; nowhere over 600", () => {
  for (const part of ["src/", "web/src/"]) {
    const lengths = sources.filter((file) => file.startsWith(part)).map((file) => lines.get(file)?.length ?? 0);
    lengths.sort((left, right) => left - right);
    assert.ok((lengths[Math.floor(lengths.length / 2)] ?? 0) <= 120, `the median of ${part} is over 120 lines`);
  }
  // The page's words are one table, however many there are.
  const short = (file: string) => /^(web\/)?src\//.test(file) && file !== "web/src/strings/en.ts";
  const long = [...lines]
    .filter(([file, text]) => text.length > (short(file) ? 351 : 601))
    .map(([file, text]) => `${file}: ${text.length}`);
  assert.deepEqual(long, []);
});

test("functions are 70 lines at most", () => {
  const long: string[] = [];
  // A contract suite is one function that registers tests: a list, not a procedure.
  for (const file of sources.filter((each) => !/^src\/testkit\/.*-contract/.test(each))) {
    const text = lines.get(file) ?? [];
    let start = -1;
    let indent = "";
    text.forEach((line, at) => {
      const opens = /^( {0,2})(export )?(async )?(function\b|(?:static |private |protected )?(?:async )?[#*\w]+\([^;]*\{$)/.exec(line);
      if (opens && !/^\s*(if|for|while|switch|return)\b/.test(line)) [start, indent] = [at, opens[1] ?? ""];
      if (start >= 0 && line === `${indent}}`) {
        if (at - start > 70) long.push(`${file}:${start + 1}: ${at - start} lines`);
        start = -1;
      }
    });
  }
  assert.deepEqual(long, []);
});

test("names say something", () => {
  const empty = /(^|\/)(utils?|helpers?|common|misc|shared)(\.|\/)/i;
  assert.deepEqual(
    [...sources, ...tests].filter((file) => empty.test(file)),
    [],
  );
});

test("no test is focused, and every skip has a written reason", () => {
  assert.deepEqual(
    offenders(tests, (line, file) => !file.endsWith("tidy.test.ts") && /\.only\(|only: true/.test(line)),
    [],
  );
  assert.deepEqual(
    offenders(tests, (line, file) => !file.endsWith("tidy.test.ts") && /skip: true|\.skip\(|todo: true/.test(line)),
    [],
  );
});

test("no `any` at a seam, no silenced compiler, no leftover marks", () => {
  const marks = /: any(\[\])*\s*[;,)=|{}>\]]|\bas any\b|<any>|@ts-ignore|@ts-expect-error|FIXME|XXX|biome-ignore(?!.*: .+)/;
  assert.deepEqual(
    offenders([...sources, ...tests], (line, file) => !file.endsWith("tidy.test.ts") && marks.test(line)),
    [],
  );
});

test("every source file is imported, or is an entry", () => {
  const entries = new Set([
    "src/cli/main.ts",
    "web/src/main.tsx",
    "web/src/files.d.ts",
    ...sources.filter((file) => /^(scripts|demo|bench|sim)\//.test(file) || file.endsWith("/index.ts")),
  ]);
  const imported = new Set<string>();
  for (const [file, text] of lines) {
    for (const line of text) {
      const target = /(?:from|import\(|^import) ?"(\.[^"]+)"/.exec(line)?.[1];
      if (target) imported.add(join(dirname(file), target));
    }
  }
  assert.deepEqual(
    sources.filter((file) => !entries.has(file) && !imported.has(file)),
    [],
  );
});

test("what the package exports has a source", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, Record<string, string>> };
  const targets = Object.values(exports).flatMap((entry) => Object.values(entry));
  const source = (target: string) => target.replace("./dist/", "src/").replace(/\.d\.ts$|\.js$/, ".ts");
  assert.deepEqual(
    targets.map(source).filter((file) => !existsSync(file)),
    [],
  );
});

test("pages name paths that are there", () => {
  const missing: string[] = [];
  for (const page of pages) {
    const text = readFileSync(page, "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target = ""]) => join(dirname(page), target));
    const quoted = [...text.matchAll(/`((?:src|test|spec|docs|demo|scripts|bench|sim|bin)\/[\w./-]*\w)`/g)].map(
      ([, target = ""]) => target,
    );
    for (const target of [...links, ...quoted]) if (!existsSync(target)) missing.push(`${page}: ${target}`);
  }
  assert.deepEqual(missing, []);
});

test("the page takes only types from the house, and nothing inline that its Content-Security-Policy would refuse", () => {
  const page = sources.filter((file) => file.startsWith("web/"));
  const house = /from "(?:\.\.\/)+src\//;
  assert.deepEqual(
    offenders(page, (line) => house.test(line) && !/^(import|export) type\b/.test(line)),
    [],
  );
  const refused = /dangerouslySetInnerHTML|\.innerHTML|setAttribute\("style"|\beval\(|https?:\/\/(?!192\.168|www\.w3\.org)/;
  assert.deepEqual(
    offenders(page, (line) => code(line) && refused.test(line)),
    [],
  );
});
