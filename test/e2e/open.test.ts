/** `fablepool open` and `npm start` as a person runs them: from nothing, twice at once, ended by Ctrl-C. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fablepool, json } from "./command.ts";
import { type Running, running } from "./running.ts";

/** What is still running when `work` ends is ended. */
async function inFolder(work: (folder: string, started: Running[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fablepool-open-"));
  const started: Running[] = [];
  try {
    await work(folder, started);
  } finally {
    await Promise.all(started.map((each) => each.stop("SIGKILL")));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Opened {
  readonly url: string;
  readonly token: string;
  readonly address: string;
}

async function opened(process: Running): Promise<Opened> {
  return JSON.parse(await process.says(/^\{"url"/)) as Opened;
}

function ask<Result>({ url, token }: Opened, path: string, body?: object): Promise<Result> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(url + path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers }).then(
    (response) => response.json() as Promise<Result>,
  );
}

test("from nothing: a page, a pool, then what the command line writes is there; two at once; Ctrl-C ends each with 0", () =>
  inFolder(async (folder, started) => {
    const home = join(folder, "home");
    const open = () => {
      const process = running(home, "--json", "open", "--port", "0");
      started.push(process);
      return process;
    };
    const first = open();
    const one = await opened(first);
    assert.equal(one.address, `${one.url}/#token=${one.token}`);
    assert.match(await (await fetch(one.url)).text(), /<title>FablePool/);
    assert.equal((await ask<{ state: string }>(one, "/api/status")).state, "none");
    await ask(one, "/api/pool", { name: "laptop" });
    const assistant = await fetch(`${one.url}/mcp`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
    assert.equal(assistant.status, 401, "an assistant is answered, when it has a token of its own");
    const second = open();
    const two = await opened(second);
    assert.notEqual(one.token, two.token);
    const claim = await json<{ id: string }>(home, "claim", "self", "place.home", "Lund");
    for (const each of [one, two])
      assert.equal((await ask<{ sentence: string }>(each, `/api/claims/${claim.id}`)).sentence, "You live at Lund");
    const refutation = await ask<{ op: string }>(two, "/api/judgements", { kind: "refute", targets: [claim.id] });
    assert.equal((await json<{ status: string }>(home, "show", claim.id)).status, "refuted");
    await ask(one, "/api/judgements", { kind: "undo", target: refutation.op });
    assert.equal((await json<{ status: string }>(home, "show", claim.id)).status, "active");
    for (const each of [first, second]) assert.equal(await each.stop(), 0);
    assert.deepEqual(
      first.stderr.filter((line) => /defect/.test(line)),
      [],
    );
  }));

test("a port that is taken is told; without one named another is found", () =>
  inFolder(async (folder) => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as { port: number };
    const refused = await fablepool(join(folder, "home"), ["open", "--no-browser", "--port", String(port)]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, new RegExp(`can't listen on 127.0.0.1:${port}`));
    blocker.close();
    const wrong = await fablepool(join(folder, "home"), ["open", "--port", "70000"]);
    assert.equal(wrong.code, 2);
  }));

test("`npm start` opens the inspector of the default home, and runs any other command that is given", () =>
  inFolder(async (folder) => {
    const script = join(import.meta.dirname, "..", "..", "scripts", "start.ts");
    const env = { ...process.env, FABLEPOOL_HOME: join(folder, "home"), DISPLAY: "", WAYLAND_DISPLAY: "" };
    const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "ignore"] });
    const ended = new Promise((resolve) => child.once("close", resolve));
    try {
      const said = await new Promise<string>((resolve, reject) => {
        let text = "";
        child.stdout.on("data", (data) => {
          text += data;
          if (text.includes("\n")) resolve(text);
        });
        void ended.then(() => reject(new RangeError(`it ended, and had said: ${text}`)));
      });
      assert.match(said, /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n$/);
      child.kill("SIGINT");
      assert.equal(await ended, 0);
    } finally {
      child.kill("SIGKILL");
    }
    const other = spawn(process.execPath, [script, "status"], { env, stdio: "ignore" });
    assert.equal(await new Promise((resolve) => other.once("close", resolve)), 3);
  }));
