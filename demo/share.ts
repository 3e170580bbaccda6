/** The part of the story with a third person in it: Mara lets her coach read a slice, takes a part of it back, then all of it. */
import type { Device } from "./devices.ts";
import { chapter, show, tell } from "./telling.ts";

interface Given {
  readonly grant: string;
  readonly invitation: string;
}

const slice = ["--predicate", "schedule.*", "goal.*"];

/** Grant, preview, pull, refute, pull again, revoke while the coach is away, purge, receipt, challenge, ledger. */
export async function share(phone: Device, coach: Device): Promise<void> {
  const serving = await phone.serve();
  try {
    const goal = await claimed(phone, "goal.personal", "finish a marathon in May");
    const { grant } = await letIn(phone, coach, serving.url);
    await thinkBetter(phone, coach, goal);
    await takeBack(phone, coach, grant);
    await proveIt(phone, coach, grant);
  } finally {
    await serving.stop();
  }
}

async function claimed(device: Device, predicate: string, object: string): Promise<string> {
  return (await device.json<{ id: string }>("claim", "self", predicate, object)).id;
}

async function letIn(phone: Device, coach: Device, url: string): Promise<Given> {
  chapter("A coach may see her training, and nothing else");
  const key = await coach.run("delegate", "init", "--name", "coach");
  show(phone, await phone.run("grant", "preview", ...slice));
  tell("That is all her coach would see: not where she lives, not the physio, not one word of the calendar and notes behind it.");
  const given = await phone.json<Given>("grant", key, ...slice, "--purpose", "a training plan", "--for", "90d", "--name", "coach");
  show(coach, await coach.run("delegate", "accept", given.invitation, "--url", url));
  show(coach, await coach.run("delegate", "show", given.grant));
  return given;
}

async function thinkBetter(phone: Device, coach: Device, goal: string): Promise<void> {
  chapter("She thinks better of one thing, and it leaves the coach's machine");
  show(phone, await phone.run("refute", goal, "--why", "not this year"));
  show(coach, await coach.run("delegate", "pull"));
  tell("The marathon is gone from the coach's disk, too, and not only from a list.");
}

async function takeBack(phone: Device, coach: Device, grant: string): Promise<void> {
  chapter("They part: she revokes it while the coach is away");
  show(phone, await phone.run("revoke", grant, "--why", "the season is over"));
  show(phone, await phone.run("ledger", "--open"));
  tell("Nobody was there to hear it, so the ledger says what is owed. Days later the coach's machine is on again:");
  show(coach, await coach.run("delegate", "pull"));
}

async function proveIt(phone: Device, coach: Device, grant: string): Promise<void> {
  chapter("She asks the coach to prove it, and reads the whole account");
  const answering = await coach.serve("delegate", "serve");
  show(phone, await phone.run("challenge", grant, answering.url));
  await answering.stop();
  const ledger = await phone.run("ledger");
  show(phone, ledger);
  if (!ledger.includes("purge acknowledged")) throw new Error("the purge is not acknowledged");
  tell("Deleted, signed for, asked again, and matching. What was read can't be unread; that it was deleted is a promise on record.");
}
