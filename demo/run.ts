/**
 * `npm run demo`: two devices of one person and a third of somebody else, as real processes over real HTTP. Each device takes in
 * files of its own, they disagree while apart, one sync brings them together, and both then believe the same; a wrong claim is asked
 * why, refuted on one device, and what was built on it falls on the other; a coach is shown a slice, and has to delete it. Ends by
 * itself; exit code 0.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { device } from "./devices.ts";
import { share } from "./share.ts";
import { chapter, show, tell } from "./telling.ts";

interface Status {
  readonly operations: number;
  readonly view: string;
}

interface SeenClaim {
  readonly id: string;
  readonly status: string;
  readonly predicate: string;
  readonly object: string;
}

const data = join(import.meta.dirname, "data");
const folder = mkdtempSync(join(tmpdir(), "fablepool-demo-"));
const phone = device("phone", join(folder, "phone"));
const laptop = device("laptop", join(folder, "laptop"));
const coach = device("coach", join(folder, "coach"));

try {
  await meet();
  await apart();
  await together();
  await judge();
  await fall();
  await share(phone, coach);
  await sync();
  await sameView();
  await prove();
  tell("That was all of it: no account, no cloud, no vendor. `fablepool help` begins your own.");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function meet(): Promise<void> {
  chapter("Mara founds her memory on her phone, and adds her laptop");
  show(phone, await phone.run("init", "--name", "phone"));
  const key = await laptop.run("join", "--name", "laptop");
  const serving = await phone.serve();
  const { invitation } = await phone.json<{ invitation: string }>("device", "add", key, "--name", "laptop");
  show(laptop, await laptop.run("join", invitation));
  await serving.stop();
  tell("The 24 words are on paper, and on no device. The laptop proved its key, and has verified every signature it was given.");
}

async function apart(): Promise<void> {
  chapter("Apart: each takes in what it has, and they come to disagree");
  show(phone, await phone.run("import", join(data, "phone")));
  show(laptop, await laptop.run("import", join(data, "laptop")));
  show(phone, await phone.run("claim", "self", "place.home", "Göteborg", "--until", "2026-12-01", "--why", "the lease"));
  show(laptop, await laptop.run("claim", "self", "place.home", "Malmö", "--why", "the new flat"));
  tell("What follows from the files was said by rules, each claim with its reasons. Neither device knows of the other's word.");
}

async function together(): Promise<void> {
  chapter("Together: one sync, and the disagreement is shown, not hidden");
  await sync();
  show(laptop, await laptop.run("claims"));
  await sameView();
}

async function judge(): Promise<void> {
  chapter("Mara decides: the move is only in December");
  const claims = await phone.json<SeenClaim[]>("claims", "--predicate", "place.home");
  const tooSoon = claims.find(({ object }) => object === "Malmö");
  if (tooSoon === undefined) throw new Error("the sync lost a claim");
  show(phone, await phone.run("refute", tooSoon.id, "--why", "not before 1 December"));
  show(phone, await phone.run("claim", "self", "place.home", "Malmö", "--from", "2026-12-01"));
  await sync();
  show(laptop, await laptop.run("claims", "--all", "--predicate", "place.home"));
  await sameView();
  tell("What she refuted on the phone has fallen on the laptop too; one home follows the other, and nothing conflicts.");
}

async function fall(): Promise<void> {
  chapter("A wrong claim: why was it believed, and what falls with it?");
  const idOf = async (predicate: string) => (await phone.json<SeenClaim[]>("claims", "--predicate", predicate))[0]?.id ?? "";
  const [hobby, runner] = [await idOf("preference.hobby"), await idOf("trait.activity")];
  show(laptop, await laptop.run("why", runner));
  tell("It was her sister who wrote that card. Mara ran one race for her, and it is no hobby of hers.");
  show(phone, await phone.run("refute", hobby, "--why", "that was my sister's card"));
  await sync();
  show(laptop, await laptop.run("claims", "--all", "--predicate", "preference"));
  show(laptop, await laptop.run("claims", "--all", "--predicate", "trait"));
  await sameView();
  tell("She said one thing once, on one device: what was built on the mistake fell on the other one too.");
}

async function prove(): Promise<void> {
  chapter("And everything can be checked again, from nothing");
  show(phone, await phone.run("verify"));
  show(laptop, await laptop.run("verify"));
}

async function sync(): Promise<void> {
  const serving = await phone.serve();
  show(laptop, await laptop.run("sync", serving.url));
  await serving.stop();
}

async function sameView(): Promise<void> {
  const [here, there] = [await phone.json<Status>("status"), await laptop.json<Status>("status")];
  if (here.view !== there.view || here.operations !== there.operations) throw new Error("the devices hold different memories");
  tell(`Both hold ${here.operations} operations and the same view, ${here.view.slice(0, 20)}…`);
}
