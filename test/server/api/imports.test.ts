/** Files that a page sends: what is recognised, what can't be read, hostile names, bounds, and that nothing of them stays. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readSettings } from "../../../src/node/index.ts";
import { backupKeyOf, readPhrase, rootOfPhrase } from "../../../src/node/recovery-phrase.ts";
import * as contract from "../../../src/server/api/contract.ts";
import { clearUploads, safePath } from "../../../src/server/api/uploads.ts";
import { type Asked, type Inspecting, inspecting, rawRequest, statusIn } from "./inspecting.ts";

const empty = { fill: async () => {} };
const note = (title: string) => `---\ntitle: ${title}\n---\n\n# ${title}\n\nI went to the choir.\n`;
const calendar =
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20250101T120000Z\r\nSUMMARY:Choir\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

function sendFiles({ ask }: Inspecting, files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>): Promise<Asked> {
  const form = new FormData();
  for (const [name, text] of Object.entries(files)) form.append("file", new Blob([text]), name);
  return ask("/api/imports", { method: "POST", body: form });
}

/** The job when it is over. */
async function finished({ get }: Inspecting, id: string): Promise<contract.ImportJob> {
  for (;;) {
    const job = await get(contract.importJob, `/api/imports/${id}`);
    if (job.ended !== null) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const leftIn = ({ home }: Inspecting) => (existsSync(join(home.folder, "uploads")) ? readdirSync(join(home.folder, "uploads")) : []);

test("files and folders are taken in, again adds nothing, and nothing of them stays in the home", () =>
  inspecting("imports", empty, async (on) => {
    const files = {
      "Notes/Moving.md": note("Moving"),
      "Notes/deep/Choir.md": note("Choir"),
      "calendar.ics": calendar,
      "odd.bin": "\u0000\u0001",
    };
    const asked = await sendFiles(on, files);
    assert.equal(asked.status, 202);
    const job = await finished(on, contract.importJob.parse(asked.json).id);
    assert.deepEqual([job.state, job.report?.files, job.report?.skipped, job.problems], ["done", 4, 1, []]);
    assert.deepEqual(job.report?.formats, { "Markdown notes": 2, iCalendar: 1 });
    assert.ok((job.report?.added ?? 0) >= 3);
    assert.deepEqual(leftIn(on), []);
    const { items } = await on.get(contract.evidence, "/api/evidence?source=event");
    assert.deepEqual(
      items.map(({ source }) => source?.words),
      ["calendar.ics, lines 4–8"],
    );
    const again = await finished(on, contract.importJob.parse((await sendFiles(on, files)).json).id);
    assert.deepEqual([again.report?.added, again.report?.changed, again.derived], [0, 0, null]);
    assert.equal((await on.get(contract.importJobs, "/api/imports")).items[0]?.id, again.id);
  }));

test("a file that can't be read is told by its name, and the others are taken in", () =>
  inspecting("problems", empty, async (on) => {
    const asked = await sendFiles(on, {
      "broken.ics": calendar.replace("DTSTART:20250101T120000Z", "DTSTART:never"),
      "good.md": note("Good"),
    });
    const job = await finished(on, contract.importJob.parse(asked.json).id);
    assert.equal(job.state, "done");
    assert.equal(job.problems_total, 1);
    assert.equal(job.problems[0]?.file, "broken.ics");
    assert.ok(!JSON.stringify(job).includes(on.home.folder), "where it lay is nobody's concern");
    assert.ok((job.report?.added ?? 0) >= 1);
  }));

test("names lead nowhere but below the folder of the upload", () =>
  inspecting("names", empty, async (on) => {
    const names = [
      "../../../evil.md",
      "/etc/evil.md",
      "..\\..\\evil.md",
      "a/../../b.md",
      "./.",
      "nul\u0000byte.md",
      "rtl\u202edm.exe",
      "CON",
      "same.md",
    ];
    for (const name of names) for (const part of safePath(name)) assert.match(part, /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cf}:]+$/u, name);
    assert.deepEqual(safePath("../a//b/./c. "), ["a", "b", "c"]);
    assert.deepEqual(safePath("..//.."), ["file"]);
    assert.equal(safePath(`${"deep/".repeat(100)}x`).length, 24);
    assert.ok((safePath(`${"n".repeat(400)}.md`)[0] as string).endsWith(".md"));
    const { port, token } = on.inspector;
    const part = (name: string, text: string) =>
      `--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n${text}\r\n`;
    const body = `${["../../../evil.md", "same.md", "same.md"].map((name) => part(name, note(name))).join("")}--x--\r\n`;
    const head = ["POST /api/imports HTTP/1.1", `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token}`];
    const type = "Content-Type: multipart/form-data; boundary=x";
    const reply = await rawRequest(port, [...head, type, `Content-Length: ${Buffer.byteLength(body)}`], body);
    assert.equal(statusIn(reply), 202, reply);
    const id = /"id":"([^"]+)"/.exec(reply)?.[1] ?? "";
    assert.equal((await finished(on, id)).report?.files, 3);
    assert.ok(!existsSync(join(on.folder, "evil.md")) && !existsSync(join(on.home.folder, "evil.md")));
    assert.deepEqual(leftIn(on), []);
  }));

test("what is no upload, breaks off, or holds no file is refused, and leaves nothing", () =>
  inspecting("broken", empty, async (on) => {
    const { port, token } = on.inspector;
    const head = ["POST /api/imports HTTP/1.1", `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${token}`];
    const send = (type: string, body: string) =>
      rawRequest(port, [...head, `Content-Type: ${type}`, `Content-Length: ${body.length}`], body);
    assert.equal(statusIn(await send("application/json", "{}")), 415);
    assert.equal(statusIn(await send("multipart/form-data", "--x--")), 415);
    assert.equal(statusIn(await send("multipart/form-data; charset=utf-8", "--x--")), 400);
    const cut = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n# cut';
    assert.equal(statusIn(await send("multipart/form-data; boundary=x", cut)), 400);
    assert.equal(statusIn(await send("multipart/form-data; boundary=x", "--x--\r\n")), 400);
    const field = '--x\r\nContent-Disposition: form-data; name="why"\r\n\r\nwords\r\n--x--\r\n';
    assert.ok([400, 413].includes(statusIn(await send("multipart/form-data; boundary=x", field))));
    assert.deepEqual(leftIn(on), []);
    assert.equal((await on.get(contract.status, "/api/status")).evidence, 0);
  }));

test("an import is cancelled: what was written stays, its files don't; a second one has to wait", () =>
  inspecting("cancel", empty, async (on) => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`Notes/note ${index}.md`, note(`Note ${index}`)]));
    const first = contract.importJob.parse((await sendFiles(on, many)).json);
    const second = await on.post("/api/imports/sample", {});
    const cancelled = contract.importJob.parse((await on.ask(`/api/imports/${first.id}`, { method: "DELETE" })).json);
    assert.notEqual(cancelled.ended, null);
    // Both are asked for as soon as can be; a machine may have finished the first by then.
    assert.ok(cancelled.state === "cancelled" ? second.status === 409 || second.status === 202 : cancelled.state === "done");
    assert.deepEqual(leftIn(on), []);
    assert.equal((await on.ask("/api/imports/none", { method: "DELETE" })).status, 404);
  }));

test("what a process that was killed left is gone when a home is opened next; what another one is receiving stays", () =>
  inspecting("left", empty, async ({ home }) => {
    const uploads = join(home.folder, "uploads");
    for (const name of [`${process.pid}-alive`, "999999999-dead", "odd"]) {
      mkdirSync(join(uploads, name), { recursive: true });
      writeFileSync(join(uploads, name, "words.md"), "words");
    }
    clearUploads(home);
    assert.deepEqual(readdirSync(uploads), [`${process.pid}-alive`]);
  }));

test("the sample data begins an empty memory", () =>
  inspecting("sample", {}, async (on) => {
    const before = await on.get(contract.status, "/api/status");
    assert.deepEqual([before.state, before.sample, before.device], ["none", true, null]);
    assert.equal((await on.post("/api/imports/sample", {})).status, 409);
    const founded = await on.send(contract.foundedPool, "/api/pool", { name: "laptop" });
    assert.equal(rootOfPhrase(await readPhrase(founded.recovery_phrase)).did, founded.root, "the words are root");
    assert.equal(founded.recovery_phrase.split(" ").length, 24);
    for (const file of [on.home.store, on.home.settings]) assert.ok(!readFileSync(file).includes(founded.recovery_phrase), file);
    assert.equal((await on.post("/api/pool", { name: "again" })).status, 409);
    assert.equal(readSettings(on.home).recovery?.confirmed, false);
    assert.deepEqual(await on.send(contract.recovery, "/api/recovery/confirmation", {}), { confirmed: true });
    const { recipient } = await backupKeyOf(await readPhrase(founded.recovery_phrase));
    assert.deepEqual(readSettings(on.home).recovery, { recipient, confirmed: true }, "what `doctor` looks at");
    const job = await on.send(contract.importJob, "/api/imports/sample", {});
    const done = await finished(on, job.id);
    assert.deepEqual([done.state, done.sample, done.problems], ["done", true, []]);
    assert.ok((done.derived?.added ?? 0) > 0);
    const { items } = await on.get(contract.evidence, "/api/evidence?source=event");
    assert.ok(items.length > 0 && items.every(({ source }) => source?.words.startsWith("Calendar.ics")));
  }));

test("nobody can say that they have words which this inspector never showed", () =>
  inspecting("unshown", { fill: async () => {} }, async (on) => {
    const refused = await on.post("/api/recovery/confirmation", {});
    assert.deepEqual([refused.status, (refused.json as contract.Problem).error.code], [400, "usage"]);
    assert.equal(readSettings(on.home).recovery, undefined);
  }));

test("a key with a passphrase stays locked until the page is told it; a device without a pool waits for its first sync", () =>
  inspecting("locked", { passphrase: "correct horse" }, async (on) => {
    assert.equal((await on.get(contract.status, "/api/status")).state, "locked");
    const refused = await on.ask("/api/claims");
    assert.deepEqual([refused.status, (refused.json as contract.Problem).error.code], [403, "passphrase"]);
    assert.equal((await on.post("/api/unlock", { passphrase: "wrong" })).status, 403);
    assert.equal((await on.send(contract.status, "/api/unlock", { passphrase: "correct horse" })).state, "waiting");
    assert.equal((await on.get(contract.claims, "/api/claims")).total, 0);
    assert.equal((await on.post("/api/claims", { subject: "self", predicate: "place.home", object: "Lund" })).status, 409);
  }));
