/** NATS with TLS, and with credentials as `nsc` makes them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { nkeys } from "@nats-io/transport-node";
import { natsNews } from "../../src/hub/news/nats-news.ts";
import { selfSignedCertificate } from "../../src/server/certificate.ts";
import { NatsServer } from "./nats-server.ts";
import { Heard } from "./news-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "fablepool-trust-"));
const servers: NatsServer[] = [];
after(async () => {
  await Promise.all(servers.map((each) => each.stop()));
  rmSync(folder, { recursive: true });
});

async function started(settings: string): Promise<NatsServer> {
  const server = await NatsServer.start(settings);
  servers.push(server);
  return server;
}

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

type Key = ReturnType<typeof nkeys.createUser>;

/** A token of NATS: what `issuer` says of `subject`. */
function token(issuer: Key, subject: Key, kind: "operator" | "account" | "user"): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { jti: "x", iat: 1_700_000_000, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name: kind };
  const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, conn: -1, leaf: -1, wildcards: true };
  const nats = {
    type: kind,
    version: 2,
    ...(kind === "account" ? { limits: unlimited } : {}),
    ...(kind === "user" ? { subs: -1, data: -1, payload: -1 } : {}),
  };
  const body = `${part({ typ: "JWT", alg: "ed25519-nkey" })}.${part({ ...claims, nats })}`;
  return `${body}.${Buffer.from(issuer.sign(Buffer.from(body))).toString("base64url")}`;
}

function credentials(issuer: Key, user: Key): string {
  const seed = Buffer.from(user.getSeed()).toString();
  const block = (name: string, text: string) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n\n`;
  return block("NATS USER JWT", token(issuer, user, "user")) + block("USER NKEY SEED", seed);
}

test("credentials: the file of a user whom the account knows opens the door, another's does not", { timeout: 60_000 }, async () => {
  const [operator, account, stranger] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const server = await started(
    `operator: ${token(operator, operator, "operator")}\nresolver: MEMORY\n` +
      `resolver_preload: { ${account.getPublicKey()}: ${token(operator, account, "account")} }`,
  );
  const file = written("hub.creds", credentials(account, nkeys.createUser()));
  const news = await natsNews({ url: server.url, credentialsFile: file });
  assert.ok(news.isConnected());
  await news.close();
  const other = credentials(stranger, nkeys.createUser());
  const seed = /SU[A-Z0-9]{40,}/.exec(other)?.[0] ?? "";
  assert.ok(seed);
  await assert.rejects(natsNews({ url: server.url, credentialsFile: written("other.creds", other) }), (error: Error) => {
    assert.match(error.message, /does not let this hub in/);
    assert.ok(!error.message.includes(seed));
    return true;
  });
  await assert.rejects(natsNews({ url: server.url, credentialsFile: written("no.creds", "hello") }), { code: "usage" });
});

test("TLS: a server whose certificate is trusted, and only it; news go over it", { timeout: 60_000 }, async () => {
  const { cert, key } = selfSignedCertificate("127.0.0.1");
  const [certFile, keyFile] = [written("cert.pem", cert), written("key.pem", key)];
  const server = await started(`tls { cert_file: ${JSON.stringify(certFile)}, key_file: ${JSON.stringify(keyFile)} }`);
  const url = server.url.replace("nats:", "tls:");
  const [one, other] = [await natsNews({ url, caFile: certFile }), await natsNews({ url, caFile: certFile })];
  const heard = new Heard(other, "other");
  await heard.all(one);
  await one.close();
  await other.close();
  for (const each of [url, server.url]) await assert.rejects(natsNews({ url: each }), { code: "unauthorized", message: /TLS/ });
  const another = written("another.pem", selfSignedCertificate("127.0.0.1").cert);
  await assert.rejects(natsNews({ url, caFile: another }), { code: "unauthorized", message: /TLS/ });
});
