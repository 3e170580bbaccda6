/** A hub as its operator runs it: real processes behind a load balancer, one PostgreSQL. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { testDatabase } from "../store/test-database.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { fablepool } from "./command.ts";
import { running } from "./running.ts";

export interface HubProcesses {
  /** Where it is reached. */
  readonly url: string;
  readonly balancer: Balancer;
  /** A command of the operator, with `--json`; its value. */
  operate<Result>(...args: string[]): Promise<Result>;
  /** An invitation, the line that is pasted. */
  invite(...args: string[]): Promise<string>;
}

/** As many processes as `count`; all end with the test. */
export async function hubProcesses(t: TestContext, count: number): Promise<HubProcesses> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-hub-"));
  const balancer = await startBalancer();
  const url = `http://127.0.0.1:${balancer.port}`;
  const { url: database } = await testDatabase();
  const at = ["--database", database, "--secret", join(folder, "secret"), "--url", url];
  const made = await fablepool(folder, ["hub", "init", "--database", database, "--secret", join(folder, "secret")]);
  assert.equal(made.code, 0, made.stderr);
  const processes = Array.from({ length: count }, () =>
    running(folder, "--json", "hub", "serve", ...at, "--listen", "127.0.0.1:0", "--connections", "2"),
  );
  t.after(async () => {
    await Promise.all(processes.map((each) => each.stop("SIGKILL")));
    await balancer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  balancer.behind = await Promise.all(
    processes.map(async (each) => (JSON.parse(await each.says(/"port"/)) as { readonly port: number }).port),
  );
  async function operate<Result>(...args: string[]): Promise<Result> {
    const settings = ["--database", database];
    const { code, stdout, stderr } = await fablepool(folder, ["--json", "hub", ...args, ...settings]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Result;
  }
  return {
    url,
    balancer,
    operate,
    async invite(...args) {
      const made = await operate<{ invitation: string }>("invite", "--secret", join(folder, "secret"), "--url", url, ...args);
      return made.invitation;
    },
  };
}
