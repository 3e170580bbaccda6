/** What is kept elsewhere: other devices, and backups. */
import { existsSync } from "node:fs";
import { hasErasedSince, readRecords } from "../backup.ts";
import { contactWith } from "../contacts.ts";
import { type Home, readSettings } from "../home.ts";
import type { Replica } from "../replica.ts";
import { advice, dayMs, daysText, type Finding, fine, wrong } from "./finding.ts";

/** Without a word from a device for so long it may be lost: people are on holiday for two weeks. */
const awayMs = 21 * dayMs;

export async function examineAway(home: Home, replica: Replica, now: number): Promise<Finding[]> {
  return [...(await peers(home, replica, now)), ...(await backups(home, replica, now))];
}

async function peers(home: Home, replica: Replica, now: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { url, node } of readSettings(home).peers) {
    const contact = node === null ? null : await replica.store.read((reader) => contactWith(reader, node));
    if (contact === null) findings.push(advice("peer", `${url} has not been reached yet`, `fablepool sync ${url}`));
    else if (now - contact.at < awayMs) findings.push(fine("peer", `${url} was reached ${daysText(now - contact.at)} ago`));
    else {
      const says = `${url} was not reached for ${daysText(now - contact.at)}`;
      findings.push(advice("peer", says, "start it; if it is lost, `fablepool device remove` it"));
    }
  }
  return findings;
}

async function backups(home: Home, replica: Replica, now: number): Promise<Finding[]> {
  const plan = readSettings(home).backup;
  return replica.store.read(async (reader) => {
    const records = await readRecords(reader);
    const findings: Finding[] = [];
    if (Object.keys(records).length === 0 && plan === undefined)
      findings.push(advice("backup", "no backup was made of this device", "`fablepool backup <file>`, sealed for your recovery phrase"));
    for (const [file, { at, place }] of Object.entries(records)) {
      const again = `fablepool backup ${file}`;
      const isLate = plan?.file === file && now - at > 2 * plan.everyMs;
      if (!existsSync(file)) findings.push(advice("backup", `the backup ${file} is not there now`, "plug it in, or make another one"));
      else if (await hasErasedSince(reader, place))
        findings.push(advice("backup", `the backup ${file} holds words that were to be forgotten since`, again));
      else if (isLate)
        findings.push(wrong("backup", `the backup ${file} is ${daysText(now - at)} old, though it was planned more often`, again));
      else findings.push(fine("backup", `the backup ${file} is ${daysText(now - at)} old`));
    }
    return findings;
  });
}
