/** What a hub's operator decides. The edge gives it as text, from flags and environment; here it is read. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { PoolError } from "../core/errors.ts";
import { type LogLevel, logLevels } from "./observe/log-fields.ts";

/** Each setting's name, as a flag (`--nats-url`) and in the environment (`FABLEPOOL_HUB_NATS_URL`), and what it says. */
export const hubSettingTexts = {
  database: "postgres://user:password@host:port/database: where the pools and the registry are",
  secret: "the file with the hub's secret, which `fablepool hub init` makes",
  nats: "nats://host:port: how processes tell one another what is new; without, PostgreSQL's own notifications",
  natsCredentials: "a credentials file for NATS, as `nsc` makes it",
  natsCa: "certificates that may have signed that of NATS, PEM (default: those that Node trusts)",
  listen: "host:port to listen at (default 127.0.0.1:7420)",
  url: "https://hub.example: how devices reach the hub, through whatever is before it (default: where it listens)",
  authorities: "more names that it is reached by, separated by commas",
  cert: "a certificate to serve TLS with, PEM",
  key: "its private key, PEM",
  behindProxy: "`yes` when TLS is ended before it: then it serves plain HTTP off this machine, and believes X-Forwarded-For",
  admin: "host:port of the operators' API; none without",
  adminToken: "the file with the token that the operators' API asks for",
  ops: "host:port of /healthz, /readyz and /metrics, apart from where devices ask; none without",
  process: "this process's name in its log (default: the machine's name and the process's number)",
  log: "what is logged: debug, info, warn, error or silent (default info)",
  lingerSeconds: "how long it serves on, as not ready, once it is told to end: what a load balancer takes to notice (default 0)",
  traceparent: "`yes` when whatever is before it sets traceparent, and takes out what others send",
  openPools: "how many pools a process keeps open (default 1000)",
  connections: "connections to PostgreSQL for reading, and as many for writing (default 8)",
} as const;

export type HubSettingName = keyof typeof hubSettingTexts;
export type GivenSettings = Readonly<Partial<Record<HubSettingName, string | undefined>>>;

export interface Place {
  readonly host: string;
  readonly port: number;
}

export interface HubSettings {
  readonly database: string;
  /** The secret's file. */
  readonly secret: string;
  readonly nats: string | null;
  /** Files. */
  readonly natsCredentials?: string;
  readonly natsCa?: string;
  readonly listen: Place;
  /** Null for where it listens. */
  readonly url: string | null;
  readonly authorities: readonly string[];
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly behindProxy: boolean;
  readonly admin: (Place & { readonly token: string }) | null;
  readonly ops: Place | null;
  readonly process: string;
  readonly log: LogLevel;
  readonly lingerMs: number;
  readonly trustTraceparent: boolean;
  /** Null for the usual number. */
  readonly openPools: number | null;
  readonly connections: number | null;
}

/** Throws `PoolError("usage")` that names the setting. */
export function readHubSettings(given: GivenSettings): HubSettings {
  const { cert, key, admin, adminToken } = given;
  if ((cert === undefined) !== (key === undefined)) throw wrong(cert === undefined ? "cert" : "key", "cert and key come together");
  return {
    ...readOperatorSettings(given),
    secret: required(given, "secret", /./),
    listen: placeOf(given.listen ?? "127.0.0.1:7420", "listen"),
    url: given.url === undefined ? null : originOf(given.url),
    authorities: (given.authorities ?? "").split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim()])),
    tls: cert === undefined || key === undefined ? null : { cert: fileOf(cert, "cert"), key: fileOf(key, "key") },
    behindProxy: truthOf(given, "behindProxy"),
    admin: admin === undefined ? null : { ...placeOf(admin, "admin"), token: required({ adminToken }, "adminToken", /./) },
    ops: given.ops === undefined ? null : placeOf(given.ops, "ops"),
    process: given.process === undefined ? `${hostname()}-${process.pid}` : required(given, "process", /^[\w.:-]{1,64}$/),
    log: logLevelOf(given.log ?? "info"),
    lingerMs: (countOf(given, "lingerSeconds", 0) ?? 0) * 1_000,
    trustTraceparent: truthOf(given, "traceparent"),
    openPools: countOf(given, "openPools"),
    connections: countOf(given, "connections"),
  };
}

export type OperatorSettings = Pick<HubSettings, "database" | "nats" | "natsCredentials" | "natsCa">;

/** What an operator's command needs of them. Throws `PoolError("usage")` that names the setting. */
export function readOperatorSettings(given: GivenSettings): OperatorSettings {
  const { natsCredentials, natsCa } = given;
  return {
    database: databaseOf(given),
    nats: natsOf(given),
    ...(natsCredentials === undefined ? {} : { natsCredentials }),
    ...(natsCa === undefined ? {} : { natsCa }),
  };
}

function databaseOf(given: GivenSettings): string {
  return required(given, "database", /^postgres(ql)?:\/\/./);
}

function natsOf(given: GivenSettings): string | null {
  return given.nats === undefined ? null : required(given, "nats", /^(nats|tls):\/\/./);
}

/** How a setting is called in the environment. */
export function environmentName(name: HubSettingName): string {
  return `FABLEPOOL_HUB_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** And as a flag. */
export function flagName(name: HubSettingName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wrong(name: HubSettingName, why: string): PoolError {
  return new PoolError("usage", `${flagName(name)} (${environmentName(name)}): ${why}`);
}

function required(given: GivenSettings, name: HubSettingName, form: RegExp): string {
  const value = given[name];
  if (value === undefined) throw wrong(name, `it is needed: ${hubSettingTexts[name]}`);
  if (!form.test(value)) throw wrong(name, `it should be ${hubSettingTexts[name]}`); // what was given may hold a password
  return value;
}

function placeOf(text: string, name: HubSettingName): Place {
  const [, host = "", port = ""] = /^(\[[0-9a-f:.]+\]|[^\s:/]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535) throw wrong(name, `it should be host:port, not ${JSON.stringify(text.slice(0, 80))}`);
  return { host, port: Number(port) };
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || `${url.origin}/` !== url.href) {
    throw wrong("url", "it should be just scheme, host and port: https://hub.example");
  }
  return url.origin;
}

function fileOf(path: string, name: HubSettingName): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw wrong(name, `it can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

function truthOf(given: GivenSettings, name: HubSettingName): boolean {
  const value = given[name] ?? "no";
  if (!/^(yes|no|true|false|1|0)$/i.test(value)) throw wrong(name, "it is yes or no");
  return /^(yes|true|1)$/i.test(value);
}

function logLevelOf(text: string): LogLevel {
  const level = logLevels.find((each) => each === text);
  if (level === undefined) throw wrong("log", `it should be one of ${logLevels.join(", ")}`);
  return level;
}

function countOf(given: GivenSettings, name: HubSettingName, least = 1): number | null {
  const value = given[name];
  if (value === undefined) return null;
  if (!/^\d{1,6}$/.test(value) || Number(value) < least) throw wrong(name, `it should be a whole number from ${least}`);
  return Number(value);
}
