/** A home is made for its owner alone, or a line says why it can't be. */
import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { homeAt, makeHome, readSettings } from "../../src/node/home.ts";
import { inFolder } from "../store/folders.ts";

test("a home is made with the folders above it, for its owner alone, and may be there already", () =>
  inFolder((folder) => {
    const home = homeAt(join(folder, "deep", "with späces", "home"));
    makeHome(home);
    makeHome(home);
    if (process.platform !== "win32") assert.equal(statSync(home.folder).mode & 0o777, 0o700);
  }));

test("where no folder can be made it is said at once", () =>
  inFolder((folder) => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    // Linux says of a new folder in `/proc` that `/proc` is not there.
    for (const path of [file, join(file, "home"), ...(process.platform === "linux" ? ["/proc/fablepool"] : [])]) {
      assert.throws(
        () => makeHome(homeAt(path)),
        {
          code: "home",
          message:
            /^can't make the home folder .+: (something of that name is there already|a part of that path is no folder|there is no such file or folder)$/,
        },
        path,
      );
    }
  }));

test("of the settings a member that is known and not of its form is told, whichever it is", () =>
  inFolder((folder) => {
    const home = homeAt(folder);
    writeFileSync(home.settings, JSON.stringify({ name: "phone", address: "https://a", localAddress: "http://b", mine: 1 }));
    assert.deepEqual(readSettings(home), { name: "phone", peers: [], address: "https://a", localAddress: "http://b", mine: 1 });
    for (const member of ["name", "peers", "address", "localAddress", "recovery", "backup"]) {
      writeFileSync(home.settings, JSON.stringify({ [member]: 7 }));
      assert.throws(() => readSettings(home), { code: "home" }, member);
    }
  }));
