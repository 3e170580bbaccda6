import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";

const program = join(import.meta.dirname, "print-drafts.ts");
const source = join(import.meta.dirname, "../../src/importers");

/** Goal: the same bytes give the same items on every machine. Method: the same program under other zones and languages. */
describe("what importers make of a file", () => {
  const print = async (zone: string, language: string) => {
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      env: { ...process.env, TZ: zone, LC_ALL: language, LANG: language },
    });
    return stdout;
  };

  it("doesn't depend on the machine's zone or language", async () => {
    const [here, ...elsewhere] = await Promise.all([
      print("UTC", "C"),
      print("Pacific/Kiritimati", "tr_TR.UTF-8"),
      print("America/St_Johns", "ar_EG.UTF-8"),
      print("Europe/Berlin", "th_TH.UTF-8"),
    ]);
    assert.equal(here?.trim().split("\n").length, 10);
    assert.match(here ?? "", /"observed_at":1694514600000/);
    for (const there of elsewhere) assert.equal(there, here);
  });

  it("comes from code that asks neither clock, chance nor the machine's zone or language", async () => {
    const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith(".ts"));
    assert.ok(files.length > 30);
    const ambient =
      /Date\.now|new Date\(\)|Math\.random|\.get(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds)\(|getTimezoneOffset|\.toLocale|localeCompare|process\.env/;
    for (const name of files) assert.doesNotMatch(await readFile(join(source, name), "utf8"), ambient, name);
  });
});
