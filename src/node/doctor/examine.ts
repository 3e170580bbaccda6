/** `fablepool doctor`: what is wrong with a home, as far as it can be seen without unlocking its key. */
import { statSync } from "node:fs";
import { PoolError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";
import { openSqliteStore } from "../../store/index.ts";
import { clearAside } from "../aside.ts";
import type { Home } from "../home.ts";
import { nativeCrypto } from "../native-crypto.ts";
import { Replica } from "../replica.ts";
import { systemWords } from "../system-error.ts";
import { examineAway } from "./away.ts";
import { examineFiles } from "./files.ts";
import { type Finding, wrong } from "./finding.ts";
import { examineKeys } from "./keys.ts";
import { examineLog } from "./log.ts";
import { examineStore } from "./store.ts";

/** Looks at everything, whatever it finds on the way. Rejects with `PoolError("home")` where there is no folder to look at. */
export async function examineHome(home: Home, clock: Clock): Promise<Finding[]> {
  if (!statSync(home.folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new PoolError("home", `there is no home at ${home.folder}: \`fablepool init\` founds a pool, \`fablepool join\` joins one`);
  }
  const files = examineFiles(home);
  const keys = await examineKeys(home);
  const store = examineStore(home);
  const findings = [...files, ...keys.findings, ...store.findings];
  if (!store.sound) return findings;
  try {
    const open = await openSqliteStore(home.store, { onErased: () => clearAside(home) });
    try {
      const replica = new Replica(open, nativeCrypto);
      findings.push(...(await examineLog(home, replica, keys.did, clock())));
      if (files.every(({ check, level }) => check !== "settings" || level === "fine")) {
        findings.push(...(await examineAway(home, replica, clock())));
      }
    } finally {
      await open.close();
    }
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    findings.push(
      wrong("store", systemWords(error), "see what is said above of this home's files; if nothing is, bring it back from a backup"),
    );
  }
  return findings;
}

/** Mends what can be mended without losing anything; returns what was, and what could not be. */
export function mendHome(findings: readonly Finding[]): { readonly mended: readonly Finding[]; readonly failed: readonly Finding[] } {
  const mended: Finding[] = [];
  const failed: Finding[] = [];
  for (const finding of findings) {
    if (finding.mend === undefined) continue;
    try {
      finding.mend();
      mended.push(finding);
    } catch {
      failed.push(finding);
    }
  }
  return { mended, failed };
}
