/**
 * What stands in `deploy/` and `docs/operate.md` for operators, against the program: files parse, settings and paths are there, command
 * lines are taken, queries ask for metrics that are exposed. Containers and clusters themselves are not run here.
 */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Command } from "commander";
import { parse, parseAllDocuments } from "yaml";
import { hubCommands } from "../../src/cli/commands/hub.ts";
import { environmentName, flagName, type HubSettingName, hubSettingTexts } from "../../src/hub/settings.ts";
import { documented } from "./observe/observed-process.ts";

const text = (file: string) => readFileSync(file, "utf8");
const settings = Object.keys(hubSettingTexts) as HubSettingName[];
const environment = new Set(settings.map(environmentName));

/** The command that takes these words; rejects what it would refuse. Nothing is run. */
function taken(words: readonly string[]): string {
  const program = new Command("fablepool").option("--json").exitOverride();
  hubCommands(program);
  const found: string[] = [];
  const stub = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => void found.push(command.name()));
    command.commands.forEach(stub);
  };
  stub(program);
  program.parse(words, { from: "user" });
  return found.join();
}

/** Every string in a value, with the names that lead to it. */
function strings(value: unknown, path: readonly string[] = []): { readonly path: string; readonly value: string }[] {
  if (typeof value === "string") return [{ path: path.join("."), value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => strings(inner, [...path, name]));
}

interface Service {
  readonly image: string;
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly secrets?: string[];
  readonly depends_on?: Record<string, unknown>;
}

test("compose.yaml: services wait for services that there are, and the hub takes their settings and commands", () => {
  const file = parse(text("deploy/compose.yaml"), { merge: true, strict: true }) as {
    services: Record<string, Service>;
    secrets: Record<string, unknown>;
  };
  assert.deepEqual(Object.keys(file.services), ["postgres", "nats", "migrate", "hub-1", "hub-2"]);
  for (const [name, { image, command = [], environment: given = {}, secrets = [], depends_on = {} }] of Object.entries(file.services)) {
    assert.deepEqual(
      Object.keys(depends_on).filter((other) => !(other in file.services)),
      [],
      name,
    );
    assert.deepEqual(
      secrets.filter((each) => !(each in file.secrets)),
      [],
    );
    if (image !== "fablepool") continue;
    assert.equal(taken(command), command[1]);
    assert.deepEqual(
      Object.keys(given).filter((each) => !environment.has(each)),
      [],
      name,
    );
  }
  assert.ok(existsSync("deploy/postgres-init.sql"));
});

test("kubernetes: probes ask what is answered, at ports that are open, and the hub takes settings and commands", () => {
  const documents = parseAllDocuments(text("deploy/kubernetes/hub.yaml"), { strict: true });
  assert.ok(documents.every(({ errors, warnings }) => errors.length + warnings.length === 0));
  const [deployment, service, budget] = documents.map((each) => each.toJS() as Record<string, never>);
  assert.deepEqual([deployment?.["kind"], service?.["kind"], budget?.["kind"]], ["Deployment", "Service", "PodDisruptionBudget"]);
  const pod = (deployment as unknown as { spec: { template: { spec: Record<string, never> } } }).spec.template.spec;
  const { containers, initContainers } = pod as unknown as Record<
    string,
    { args: string[]; env: { name: string }[]; ports?: { name: string; containerPort: number }[] }[]
  >;
  for (const { args, env } of [...(containers ?? []), ...(initContainers ?? [])]) {
    assert.equal(taken(args), args[1]);
    for (const { name } of env) assert.ok(environment.has(name), name);
  }
  const [hub] = containers ?? [];
  const ports = new Map(hub?.ports?.map(({ name, containerPort }) => [name, String(containerPort)]));
  const values = strings(deployment);
  for (const name of ["LISTEN", "OPS"]) {
    const port = name === "OPS" ? "ops" : "sync";
    assert.ok(
      values.some(({ value }) => value === `0.0.0.0:${ports.get(port)}`),
      name,
    );
  }
  const probes = values.filter(({ path }) => /Probe\.httpGet\.path$/.test(path)).map(({ value }) => value);
  assert.deepEqual(probes, ["/healthz", "/healthz", "/readyz"]);
  const labels = strings(documents.map((each) => each.toJS()))
    .filter(({ path }) => path.endsWith(".app"))
    .map(({ value }) => value);
  assert.deepEqual([...new Set(labels)], ["fablepool-hub"]);
});

test("Containerfile: what is copied is there, and what is started is the program", () => {
  const file = text("deploy/Containerfile");
  for (const [, words = ""] of file.matchAll(/^COPY (?!--from)(.+)$/gm)) {
    for (const path of words.split(" ").slice(0, -1)) assert.ok(existsSync(path), path);
  }
  const [, entry = ""] = /^ENTRYPOINT (.+)$/m.exec(file) ?? [];
  const [, program = ""] = JSON.parse(entry) as string[];
  assert.ok(existsSync(program), program);
  assert.equal(taken(JSON.parse(/^CMD (.+)$/m.exec(file)?.[1] ?? "") as string[]), "serve");
});

test("the unit for systemd starts a command that is taken", () => {
  const [, line = ""] = /^ExecStart=\/opt\/fablepool\/bin\/fablepool\.mjs (.+)$/m.exec(text("deploy/fablepool-hub@.service")) ?? [];
  assert.equal(taken(line.replaceAll("%i", "0").split(" ")), "serve");
});

test("the dashboard asks only for metrics that there are, by labels that they have", () => {
  const metrics = documented(text("docs/metrics.md"), "Metrics");
  const dashboard = JSON.parse(text("deploy/grafana-dashboard.json")) as {
    panels: { id: number; title: string; gridPos: { x: number; w: number }; targets: { expr: string }[] }[];
  };
  const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  assert.ok(queries.length > 10);
  for (const query of queries) {
    const names = [...query.matchAll(/\b(fablepool_\w+|process_\w+|nodejs_\w+)/g)].map(([name]) =>
      name.replace(/_(bucket|sum|count)$/, ""),
    );
    assert.ok(names.length > 0, query);
    for (const name of names) assert.ok(metrics.includes(name), `${name} in ${query}`);
  }
  const ids = dashboard.panels.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24));
});

test("docs/operate.md: every command of the hub is taken, every setting is one, every path is there", () => {
  const page = text("docs/operate.md");
  const blocks = [...page.matchAll(/^```\n(.*?)\n```$/gms)].map(([, block = ""]) => block).join("\n");
  const inline = [...page.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  const typed = blocks.split("\n").map((line) => line.replace(/^\w+\$ /, "").trim());
  const commands = typed.flatMap((line) => (/^(?:fablepool )?hub [a-z]/.test(line) ? [line.replace(/^fablepool /, "")] : []));
  assert.ok(commands.length >= 3, "the page has commands");
  for (const line of commands) {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
    assert.equal(taken(words), words[1], line);
  }
  const program = new Command();
  hubCommands(program);
  const names = program.commands[0]?.commands.map((command) => command.name()) ?? [];
  for (const code of inline) {
    const [, name] = /^(?:fablepool )?hub ([a-z]+)/.exec(code) ?? [];
    assert.ok(name === undefined || names.includes(name), code);
  }
  for (const [name] of page.matchAll(/\bFABLEPOOL_HUB_[A-Z_]*[A-Z]\b/g)) assert.ok(environment.has(name), name);
  const flags = new Set(["--help", "--json", "--none-newer", "--label", ...settings.map(flagName)]);
  for (const flag of inline.filter((each) => /^--[a-z-]+$/.test(each))) assert.ok(flags.has(flag), flag);
  for (const [, path = ""] of page.matchAll(/`?\/?(?:opt\/fablepool\/)?(deploy\/[\w@./-]*\w)/g)) assert.ok(existsSync(path), path);
  assert.deepEqual(globSync("deploy/**/*.yaml").length, 2);
});
