/**
 * The database of a test file, with a role that owns it and is bound by policies. All files of one test run share one server
 * (`postgres-server.ts`), or take the one at the address in FABLEPOOL_POSTGRES, whose role is a superuser. Never none: then the tests fail.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { place } from "../machine.ts";
import { databaseIn, onServer, PostgresServer, type TestDatabase } from "./postgres-server.ts";

/** A database at the address in FABLEPOOL_POSTGRES, dropped at the end. */
async function databaseAt(address: string): Promise<TestDatabase & { drop(): Promise<void> }> {
  const name = `fablepool_test_${process.pid}_${Date.now()}`;
  const password = `p${Math.trunc(performance.now() * 1e6)}`;
  await onServer(address, `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
  await onServer(address, `ALTER DATABASE ${name} OWNER TO ${name}`);
  const [unbound, url] = [new URL(address), new URL(address)];
  unbound.pathname = url.pathname = `/${name}`;
  [url.username, url.password] = [name, password];
  const drop = async () => {
    await onServer(address, `DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${name}`);
  };
  return { url: url.href, unbound: unbound.href, drop };
}

/** The server of the whole test run, in the folder it returns: made by the file that asks first, ended when the run ends. */
async function serverOfTheRun(): Promise<string> {
  const run = process.env["NODE_TEST_CONTEXT"] ? process.ppid : process.pid;
  const folder = join(place(), `fablepool-postgres-of-${run}`);
  const [ready, failed] = [`${folder}.ready`, `${folder}.failed`];
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    while (!existsSync(ready)) {
      assert.ok(!existsSync(failed), "PostgreSQL did not start for another file of this run: see there");
      await sleep(20);
    }
    return folder;
  }
  try {
    await PostgresServer.start(folder, run);
    writeFileSync(ready, "");
  } catch (error) {
    writeFileSync(failed, "");
    throw error;
  }
  return folder;
}

let shared: Promise<TestDatabase & { drop(): Promise<void> }> | null = null;

/** The database that all tests of a file share, each with pools of its own. */
export function testDatabase(): Promise<TestDatabase> {
  const address = process.env["FABLEPOOL_POSTGRES"];
  shared ??=
    address && address !== "embedded"
      ? databaseAt(address)
      : serverOfTheRun().then(async (folder) => ({ ...(await databaseIn(folder, `test_${process.pid}`)), drop: async () => undefined }));
  return shared;
}

after(async () => (await shared)?.drop());
