/** The key file, by what can be seen while it is locked; and the recovery phrase. */
import { existsSync, readFileSync } from "node:fs";
import type { Did } from "../../core/crypto/did-key.ts";
import { type Home, readSettings } from "../home.ts";
import { lockOf, readKeyFile } from "../key-file.ts";
import { advice, type Finding, fine, wrong } from "./finding.ts";

export interface ExaminedKeys {
  readonly findings: readonly Finding[];
  /** Whose key it is; null when that can't be seen. */
  readonly did: Did | null;
}

export async function examineKeys(home: Home): Promise<ExaminedKeys> {
  const { did, finding } = await deviceKey(home);
  return { did, findings: [finding, ...nextKey(home), ...rootKey(home), phrase(home)] };
}

async function deviceKey(home: Home): Promise<{ did: Did | null; finding: Finding }> {
  if (!existsSync(home.deviceKey)) {
    const begun = existsSync(home.store);
    const says = begun ? "this home has a store and no key: a restore or recovery was interrupted" : "there is no device here";
    const todo = begun
      ? "run it again: it goes on"
      : "`fablepool init` founds a pool, `fablepool join` joins one, `fablepool recover` comes back";
    return { did: null, finding: wrong("key", says, todo) };
  }
  const lock = lockOf(home.deviceKey);
  if (lock !== null) {
    const by = lock.unlock === "passphrase" ? "a passphrase" : "a key file";
    return { did: lock.did, finding: fine("key", `the key of this device is locked by ${by}`) };
  }
  if (readFileSync(home.deviceKey, "latin1").startsWith("-----BEGIN AGE")) {
    return {
      did: null,
      finding: advice("key", "the key is locked as version 0.1 did it", "unlock it once, with any command: it is then locked anew"),
    };
  }
  try {
    const { did, seed } = await readKeyFile(home.deviceKey, async () => null);
    seed.fill(0);
    const todo = "`fablepool key passphrase` locks it; on a disk that is encrypted you may do without";
    return { did, finding: advice("key", "the key of this device is not locked", todo) };
  } catch (error) {
    const { message } = error as Error;
    if (message.includes("can be read by others")) return { did: null, finding: fine("key", "the key was not looked at: see permissions") };
    return {
      did: null,
      finding: wrong("key", message, "`fablepool recover --replace-key` gives this home a new key, by your recovery phrase"),
    };
  }
}

function nextKey(home: Home): Finding[] {
  if (!existsSync(home.nextKey)) return [];
  return [
    advice("next-key", "a change of this device's key was interrupted", "`fablepool key rotate` (or `recover`, if that was it) goes on"),
  ];
}

function rootKey(home: Home): Finding[] {
  if (!existsSync(home.rootKey)) return [];
  const locked = lockOf(home.rootKey) !== null ? "" : ", and not locked";
  return [
    advice(
      "root-key",
      `root is kept on this device${locked}`,
      `who takes the device has both: move ${home.rootKey} off it, your phrase does the same`,
    ),
  ];
}

function phrase(home: Home): Finding {
  const recovery = settingsOf(home);
  if (recovery?.confirmed) return fine("recovery-phrase", "somebody showed here that they have the recovery phrase");
  return advice(
    "recovery-phrase",
    "nobody has shown here that the recovery phrase was written down",
    "`fablepool key confirm` checks what is on your paper: without it a stolen device can't be fully stopped",
  );
}

function settingsOf(home: Home) {
  try {
    return readSettings(home).recovery;
  } catch {
    return undefined; // said by the check of the settings
  }
}
