/** The inspector's server, on loopback alone: its page, `/api`, and `/fpl-sync/1` once a device is open. */
import type { HttpBindings } from "@hono/node-server";
import { limits } from "../core/limits.ts";
import type { AskPassphrase, Home } from "../node/index.ts";
import { syncPath } from "../transport/covered-components.ts";
import { apiApp } from "./api/api-app.ts";
import { checkSource, Guard, type GuardLimits, isNavigation, newToken } from "./api/guard.ts";
import type { OpenHome } from "./api/open-home.ts";
import { problemOf } from "./api/problem.ts";
import { Session } from "./api/session.ts";
import { clearUploads } from "./api/uploads.ts";
import { authorityCheck } from "./authorities.ts";
import { type Beside, withBeside } from "./beside.ts";
import { type HttpLimits, httpLimits } from "./http-limits.ts";
import { listenHttp } from "./http-listener.ts";
import { InspectorFiles, securityHeaders } from "./inspector-files.ts";
import { isLiveRequest } from "./live-upgrade.ts";
import { serviceOf } from "./serve-node.ts";
import type { SyncService } from "./sync-service.ts";

export interface InspectorOptions {
  readonly home: Home;
  readonly version: string;
  /** Asked once for the key's passphrase; null leaves it locked, until the page is told. */
  readonly ask: AskPassphrase;
  /** 0 for any that is free. */
  readonly port: number;
  /** Where the build put the page; null when there is none. */
  readonly pageFolder: string | null;
  readonly sampleFolder: string | null;
  /** Whether it stays in sync with devices that this one synced with before; true without. */
  readonly live?: boolean;
  /** Where a device that is paired is to reach this one; every network of this machine without. */
  readonly pairingHost?: string;
  readonly limits?: Partial<HttpLimits>;
  /** How often it may be asked, instead of `limits`' own. */
  readonly guard?: Partial<GuardLimits>;
  /** What else it answers while a device is open; ended when the device is closed. */
  readonly beside?: (opened: OpenHome) => readonly (Beside & { close(): Promise<void> })[];
  /** Told what failed that should not. */
  readonly onDefect: (error: unknown) => void;
}

export interface Inspector {
  /** Without the token. */
  readonly url: string;
  /** What the owner opens: the token is in the fragment, which no log and no referrer holds. */
  readonly address: string;
  readonly token: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Rejects with what opening the home rejects with, and with `usage` when it can't listen at the port. */
export async function startInspector(options: InspectorOptions): Promise<Inspector> {
  const { home, onDefect } = options;
  const token = newToken();
  const all = { ...httpLimits, ...options.limits };
  let service: SyncService | null = null;
  let serve: ((opened: OpenHome) => () => void) | null = null;
  clearUploads(home);
  const session = new Session({
    ...options,
    live: options.live ?? true,
    onOpened: (opened) => serve?.(opened),
  });
  const guard = new Guard(token, {
    ratePerSecond: limits.apiRatePerSecond,
    rateBurst: limits.apiRateBurst,
    strangersPerSecond: limits.apiStrangersPerSecond,
    strangersBurst: limits.apiStrangersBurst,
    ...options.guard,
  });
  const api = apiApp({ guard, session, onDefect });
  const files = new InspectorFiles(options.pageFolder);
  let beside: ReturnType<NonNullable<InspectorOptions["beside"]>> = [];
  const isOurs = authorityCheck("127.0.0.1", [], false);
  const answerBeside = (request: Request, env: HttpBindings) => withBeside(nothingHere, beside, { isOurs, secure: false })(request, env);
  const answer = async (request: Request, env: HttpBindings): Promise<Response> => {
    const path = env.incoming.url?.split("?", 1)[0] ?? "";
    if (path === syncPath && service !== null) return service.fetch(request, env);
    if (beside.some((each) => each.path === path)) return answerBeside(request, env);
    return secured(path.startsWith("/api") ? await api.fetch(request, env) : pageOf(files, env, onDefect));
  };
  const listening = await listenHttp({
    host: "127.0.0.1",
    port: options.port,
    limits: all,
    fetch: answer,
    upgrades: (incoming) => service !== null && isLiveRequest(incoming),
    requestMs: limits.uploadMs,
  });
  listening.server.on("upgrade", (incoming, stream, head) => void service?.upgrade(incoming, stream, head));
  const close = async () => {
    await session.close();
    await listening.close();
  };
  serve = (opened) => {
    const own = serviceOf(opened.node, opened.admissions, { host: "127.0.0.1", onHeard: (key, at) => opened.heard.set(key, at) });
    service = own;
    beside = options.beside?.(opened) ?? [];
    session.address = listening.url;
    return () => {
      service = null;
      for (const each of beside) void each.close();
      beside = [];
      session.address = null;
      own.close();
    };
  };
  try {
    await session.begin();
  } catch (error) {
    await close();
    throw error;
  }
  return { url: listening.url, address: `${listening.url}/#token=${token}`, token, port: listening.port, close };
}

function nothingHere(): Response {
  return new Response(null, { status: 404 });
}

/** The page holds nothing private: it needs no token. What other sites' pages load of it they are refused. */
function pageOf(files: InspectorFiles, { incoming }: HttpBindings, onDefect: (error: unknown) => void): Response {
  try {
    checkSource(incoming, { fromAnySite: isNavigation(incoming) });
    return files.answer(incoming);
  } catch (error) {
    const { status, body } = problemOf(error, onDefect);
    return Response.json(body, { status });
  }
}

function secured(response: Response): Response {
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
  return response;
}
