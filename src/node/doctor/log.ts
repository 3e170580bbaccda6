/** What the log says of this device: its standing, forks, copies, what is missing, and whether the clock fits. */
import { isRemoved } from "../../core/admission/device-view.ts";
import type { Did } from "../../core/crypto/did-key.ts";
import type { Reader } from "../../store/index.ts";
import { fileIdentity, type Home } from "../home.ts";
import { type ToldRemoved, toldRemoved } from "../removal/told.ts";
import type { Replica } from "../replica.ts";
import { advice, dayMs, daysText, type Finding, fine, wrong } from "./finding.ts";

export async function examineLog(home: Home, replica: Replica, did: Did | null, now: number): Promise<Finding[]> {
  return replica.store.read(async (reader) => {
    if ((await reader.pool()) === null)
      return [advice("pool", "this device belongs to no pool yet", "`fablepool join '<invitation>'`, or `fablepool init`")];
    const log = await replica.controlLog(reader);
    const view = log.view();
    const findings: Finding[] = [];
    if (did !== null) findings.push(standing(view, did, await toldRemoved(reader)));
    const authors = [...log.chains.values()].map(({ author }) => author);
    const forked = [...new Set(authors.filter((author, index) => authors.indexOf(author) !== index))];
    for (const author of forked) {
      const whose = author === did ? "this device's key" : author === view.root ? "root" : author;
      const todo = "nothing is lost; if you did not restore or copy a home yourself, remove that device and pair it anew";
      findings.push(advice("fork", `${whose} wrote two histories: it was copied, or a backup restored`, todo));
    }
    findings.push(...(await copied(home, reader)), ...(await missing(reader)), ...(await clock(reader, did, now)));
    return findings;
  });
}

function standing(view: Parameters<typeof isRemoved>[0], did: Did, told: ToldRemoved | null): Finding {
  const rejoin = "if it is yours: `fablepool pair` on a device that is in, and `fablepool join` here";
  if (isRemoved(view, did)) return wrong("device", "this device was removed from the pool: nothing it writes counts", rejoin);
  if (told !== null)
    return wrong("device", `this device was removed from the pool, says ${told.name || told.by}: it stopped writing`, rejoin);
  const role = view.devices.get(did)?.role;
  if (role === undefined)
    return wrong("device", "this device is not in the pool yet", "on one that is: `fablepool device add`, then `fablepool sync` here");
  return fine("device", `this device is in the pool, as ${role}`);
}

async function copied(home: Home, reader: Reader): Promise<Finding[]> {
  const mark = await reader.local("file");
  const moved = mark !== null && mark !== fileIdentity(home.store);
  if ((await reader.local("unproven")) === null && !moved) return [];
  const todo = "`fablepool sync` settles it; if no device holds a newer one: `fablepool sync --none-newer`";
  return [wrong("copy", "this store was copied or restored, and may not be the newest: it does not write before it has synced", todo)];
}

async function missing(reader: Reader): Promise<Finding[]> {
  const most = 1_000;
  const count = (await reader.incomplete(null, most)).length;
  if (count === 0) return [fine("words", "every operation has its words")];
  const many = count === most ? `${most} or more operations` : count === 1 ? "one operation" : `${count} operations`;
  return [advice("words", `${many} came without words`, "`fablepool sync` asks for them, at each device in turn")];
}

/** How far a clock may be off before it is worth a word, ms: signatures of requests allow five minutes. */
const clockMs = 300_000;

async function clock(reader: Reader, did: Did | null, now: number): Promise<Finding[]> {
  const newest = await reader.latest(50);
  const own = newest.filter(({ author }) => author === did).reduce((latest, { ts }) => Math.max(latest, ts), 0);
  if (own > now + clockMs) {
    const todo = "set the clock right: peers refuse requests of another time, and grants end by it";
    return [wrong("clock", `this device wrote ${daysText(own - now)} ahead of what its clock says now: the clock was set back`, todo)];
  }
  const ahead = newest.find(({ ts }) => ts > now + dayMs);
  if (ahead === undefined) return [fine("clock", "the clock fits what was written")];
  return [
    advice(
      "clock",
      `${ahead.author} wrote ${daysText(ahead.ts - now)} ahead of this clock`,
      "one of the two clocks is wrong: nothing in the log depends on it, grants do",
    ),
  ];
}
