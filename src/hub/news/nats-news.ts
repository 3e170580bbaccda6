/**
 * News over NATS: plain publish and subscribe, one subject a pool, messages without content. Nothing here is newer than version 2.0
 * of the server. NATS promises nothing about what it delivers, and need not: see docs/adr/0012-news.md.
 */
import { readFileSync } from "node:fs";
import { connect as dial } from "node:net";
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  type NodeConnectionOptions,
  type Subscription,
} from "@nats-io/transport-node";
import { PoolError } from "../../core/errors.ts";
import { CarriedNews, type NewsOptions } from "./carried-news.ts";
import type { Ear, Line } from "./line.ts";
import { newsLimits } from "./news-limits.ts";
import { everyPool, type Topic } from "./topic.ts";

export interface NatsOptions extends NewsOptions {
  /** `nats://host:4222`, or `tls://…` to refuse a server without TLS; a user and password or a token in it; several, with commas. */
  readonly url: string;
  /** A credentials file as `nsc` makes it, read whenever a connection is opened. */
  readonly credentialsFile?: string;
  /** Certificates that may have signed the server's, PEM; without it those that Node trusts. */
  readonly caFile?: string;
}

const subjectOf = (topic: Topic) => `fablepool.news.${topic}`;
const nothing = new Uint8Array();

/** Rejects with `PoolError("usage")` for an address or file that is none, with `PoolError("unauthorized")` when the server refuses. */
export async function natsNews(options: NatsOptions): Promise<CarriedNews> {
  const servers = options.url.split(",").map((each) => serverAt(each.trim()));
  return CarriedNews.open(async (ear) => openLine(await connected(servers, options), ear), options);
}

interface Server {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user: string;
  readonly password: string;
}

function serverAt(url: string): Server {
  const { protocol, hostname, port, username, password } = URL.parse(url) ?? { protocol: "" };
  if ((protocol !== "nats:" && protocol !== "tls:") || !hostname) {
    throw new PoolError("usage", "the address of NATS is not of the form nats://host:port or tls://host:port");
  }
  const [user, secret] = [username ?? "", password ?? ""].map(decodeURIComponent) as [string, string];
  return { host: hostname, port: Number(port || 4222), tls: protocol === "tls:", user, password: secret };
}

/** The first of them that answers, in any order. */
async function connected(servers: readonly Server[], options: NatsOptions): Promise<NatsConnection> {
  let failure: unknown = new PoolError("network", "no NATS server is named");
  for (const server of servers.toSorted(() => Math.random() - 0.5)) {
    try {
      await speaks(server, options.patienceMs ?? newsLimits.patienceMs);
      return await connect(settingsFor(server, options));
    } catch (error) {
      failure = asPoolError(error, server);
    }
  }
  throw failure;
}

function settingsFor({ host, port, tls, user, password }: Server, options: NatsOptions): NodeConnectionOptions {
  const caFile = options.caFile === undefined ? {} : { ca: contentOf(options.caFile, "certificates") };
  return {
    servers: `${host}:${port}`,
    name: "fablepool hub",
    noEcho: true,
    reconnect: false, // `CarriedNews` opens the next connection, and tells who may have missed something
    ignoreClusterUpdates: true,
    timeout: options.patienceMs ?? newsLimits.patienceMs,
    ...(tls || options.caFile !== undefined ? { tls: caFile } : {}),
    ...(options.credentialsFile === undefined ? {} : { authenticator: credentialsIn(options.credentialsFile) }),
    ...(user !== "" && password === "" ? { token: user } : {}),
    ...(password !== "" ? { user, pass: password } : {}),
  };
}

function contentOf(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PoolError("usage", `the file of NATS ${what}, ${file}, can't be read`, { file }, { cause: error });
  }
}

function credentialsIn(file: string): Authenticator {
  const authenticator = credsAuthenticator(Buffer.from(contentOf(file, "credentials")));
  try {
    authenticator("x"); // reads the file's text, which is the hub's secret and in no error
    return authenticator;
  } catch {
    throw new PoolError("usage", `the file of NATS credentials, ${file}, holds none`, { file });
  }
}

/** Resolves when a server speaks there: the client would keep the socket of one that is stopped, and with each attempt one more. */
function speaks({ host, port }: Server, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dial({ host: host.replace(/^\[|\]$/g, ""), port, timeout: patienceMs });
    socket.once("data", () => resolve());
    socket.once("timeout", () => reject(Object.assign(new Error("it does not answer"), { code: "ETIMEDOUT" })));
    socket.once("close", () => reject(Object.assign(new Error("it hung up"), { code: "ECONNRESET" })));
    socket
      .on("error", reject)
      .on("data", () => socket.destroy())
      .on("timeout", () => socket.destroy());
  });
}

async function openLine(connection: NatsConnection, ear: Ear): Promise<Line> {
  const followed = new Map<Topic, Subscription>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const close = () => {
    end();
    connection.close().catch(() => undefined);
  };
  connection.closed().then(() => end(), end);
  const follow = (topic: Topic) => {
    const callback = (error: Error | null, message: { data: Uint8Array }) => {
      if (error) refuse(error);
      else if (message.data.length > 0) ear.malformed();
      else ear.heard(topic);
    };
    followed.set(topic, connection.subscribe(subjectOf(topic), { callback }));
  };
  let refusal: Error | null = null;
  const refuse = (error: Error) => {
    refusal = error;
  };
  void (async () => {
    for await (const status of connection.status()) if (status.type === "error") refuse(status.error);
  })();
  const send = async (topics: readonly Topic[]) => {
    for (const topic of topics) connection.publish(subjectOf(topic), nothing);
    await connection.flush();
    if (refusal) throw refusal;
  };
  follow(everyPool);
  try {
    await send(["hello"]); // nobody follows it: whoever may not say it may say nothing else
    await send([]); // a refusal is told in passing: by the next answer it has arrived
  } catch (error) {
    close();
    throw asPoolError(error, { host: connection.info?.host ?? "", port: connection.info?.port ?? 0 });
  }
  return {
    send,
    follow,
    unfollow(topic) {
      followed.get(topic)?.unsubscribe();
      followed.delete(topic);
    },
    ended,
    end: close,
  };
}

/** What went wrong, without what was in the address. */
function asPoolError(error: unknown, { host, port }: Pick<Server, "host" | "port">): PoolError {
  if (error instanceof PoolError) return error;
  const server = `the NATS server at ${host}:${port}`;
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return new PoolError("unauthorized", `${server} does not let this hub in (${said})`, {}, { cause: error });
  }
  if (error instanceof errors.PermissionViolationError) {
    return new PoolError(
      "unauthorized",
      `${server} does not let this hub use subjects below fablepool.news (${said})`,
      {},
      { cause: error },
    );
  }
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  if (/CERT|SELF_SIGNED|SSL|TLS|UNABLE_TO/.test(code) || /'tls'/.test(said)) {
    return new PoolError("unauthorized", `${server} has no TLS that this hub trusts (${said})`, {}, { cause: error });
  }
  return new PoolError("network", `${server} can't be reached (${said || code})`, {}, { cause: error });
}
