/** `move`: from this home to a hub and back, without a moment in which the pool's devices find nobody. */
import type { Command } from "commander";
import { PoolError } from "../../core/errors.ts";
import { isHubAddress } from "../../core/sync/hub-address.ts";
import { readHubInvitation } from "../../core/sync/hub-invitation.ts";
import {
  begunToRetire,
  devicesNotSeen,
  finishRetiring,
  type Hub,
  hostPool,
  hubBeingLeft,
  leaveHub,
  listDevices,
  listHubs,
  type Node,
  nativeCrypto,
  noteAddress,
  noteMoved,
  planRetiring,
  type Retired,
  retireTo,
  type SeenDevice,
  syncWithHub,
} from "../../node/index.ts";
import { agree, checkCanAsk } from "../agree.ts";
import { action, type Context } from "../context.ts";
import { nameOf, planWords } from "../device-text.ts";
import { hostOptions } from "../hub-connect.ts";
import { counted } from "../text.ts";
import { hostedData, hostedWords, hostSteps } from "./host.ts";
import { untilFound } from "./move-wait.ts";

interface MoveOptions {
  readonly back?: boolean;
  readonly retire?: boolean;
  readonly now?: boolean;
  readonly yes?: boolean;
  readonly address?: string;
  readonly hub?: string;
}

export function moveCommand(program: Command): void {
  const command = program
    .command("move")
    .summary("move this home's part to a hub, or back")
    .description(
      "With an invitation: does what `fablepool host` does, fetches every operation back from the hub and verifies it, waits until your other\n" +
        "devices have found the hub, and ends `fablepool serve` on this home. Until then this home goes on serving, so that nothing is\n" +
        "written anywhere that does not arrive. The home keeps all it has; with --retire it is removed from the pool's devices.\n" +
        "With --back: brings everything from the hub to this home, verifies it, removes the hub and asks it to delete what it has.\n" +
        "Begin `fablepool serve` here before, and say by --address where it is reached, so that your devices find this home.",
    )
    .argument("[invitation]", "the line that the hub's operator gave you, in quotes")
    .option("--retire", "remove this device from the pool when everything is there")
    .option("--now", "do not wait for the other devices to find the hub")
    .option("--back", "from the hub to this home")
    .option("--hub <url>", "which hub, when your pool is at several")
    .option("--address <url>", "with --back: where this home is served, for your other devices: https://home.example:7411")
    .option("--yes", "do not ask");
  action<[string | undefined, MoveOptions]>(command, (context, text, options) => {
    if (options.back !== (text === undefined ? true : undefined)) {
      throw new PoolError("usage", "either an invitation (from here to a hub), or --back (from a hub to here)");
    }
    if (options.address !== undefined && !isHubAddress(options.address))
      throw new PoolError("usage", "an address is just https, host and port: --address https://home.example:7411");
    return context.withNode((node) => (text === undefined ? moveBack(context, node, options) : moveThere(context, node, text, options)));
  });
}

async function moveThere(context: Context, node: Node, text: string, options: MoveOptions): Promise<undefined> {
  const { output, signal } = context;
  const invitation = readHubInvitation(nativeCrypto.sha256Hex, text);
  const host = await hostOptions(context, node, true, hostSteps);
  const begun = await begunToRetire(node);
  if (begun?.hub.url === invitation.url) {
    await finishRetiring(node, begun, host);
    output.result({ hub: begun.hub.url, node: begun.hub.node, retired: begun.removal }, movedWords(begun.hub, begun));
    return undefined;
  }
  if (options.retire) await checkMayRetire(node, options.yes === true);
  const hosted = await hostPool(node, invitation, host);
  output.note(hostedWords(hosted));
  const missing = options.now
    ? await devicesNotSeen(node, hosted, { connect: host.connect, signal })
    : await untilFound(context, node, hosted, host.connect, options.yes === true);
  if (options.retire) await agreeToRetire(context, node, options.yes === true);
  const retired = options.retire ? await retireTo(node, hosted, host) : null;
  if (retired === null) {
    await syncWithHub(node, hosted, host);
    await noteMoved(node, hosted.url);
  }
  const data = { ...hostedData(hosted), not_seen: missing?.map(({ key }) => key) ?? null, retired: retired?.removal ?? null };
  output.result(data, `${movedWords(hosted, retired)}${missingWords(hosted, missing ?? [])}`);
  return undefined;
}

function movedWords({ url }: Hub, retired: Retired | null): string {
  const kept =
    retired === null
      ? "This home keeps all it has; `fablepool sync` brings it up to date."
      : "This home is no device of the pool any more.";
  return `moved to ${url}: what served this home ends now. ${kept}`;
}

/** Who knows this home alone finds nobody here any more. */
function missingWords({ url, node }: Hub, missing: readonly SeenDevice[]): string {
  if (missing.length === 0) return "";
  return `\n  ${missing.map(nameOf).join(", ")}: not there yet. On each, once: fablepool sync ${url} --node ${node}`;
}

/** A pool whose devices can write nothing would be of no use: some other one has to stay. */
async function checkMayRetire(node: Node, yes: boolean): Promise<void> {
  if (!yes) checkCanAsk(noOne);
  const plan = await planRetiring(node);
  const devices = await listDevices(node.replica);
  if (!devices.some(({ key, role, removed }) => role === "full" && !removed && key !== node.writer.did)) {
    throw new PoolError(
      "role",
      "this is the only device that writes to your pool: join another one (`fablepool pair`) before it is retired",
    );
  }
  if (plan.falls.length > 0)
    throw new PoolError(
      "role",
      `${plan.falls.map(nameOf).join(", ")} would fall with this device: remove it by \`fablepool device remove\` instead`,
    );
}

const noOne = "this asks first: say --yes where nobody can be asked";

async function agreeToRetire({ output }: Context, node: Node, yes: boolean): Promise<void> {
  output.note(planWords(await planRetiring(node)));
  if (!yes && !(await agree("Retire this device?", noOne))) {
    throw new PoolError("interrupted", "the pool is at the hub, and this device stays one of it: nothing was removed");
  }
}

async function moveBack(context: Context, node: Node, options: MoveOptions): Promise<undefined> {
  const { output } = context;
  const hub = await hubOf(node, options.hub);
  const sure = options.yes || (await agree(`Take your pool back from ${hub.url}, and have it deleted there?`, noOne));
  if (!sure) throw new PoolError("interrupted", "nothing was done");
  await noteMoved(node, null);
  if (options.address !== undefined) await noteAddress(node, { url: options.address, node: node.writer.did });
  const steps = { register: "", add: "", sync: "Bringing everything here …", compare: "Verifying every operation …" };
  const left = await leaveHub(node, hub, await hostOptions(context, node, true, steps));
  const operations = left.comparison?.operations ?? null;
  const words = left.deletion === "gone" ? "it has nothing of it any more" : "it deletes what it had";
  const counts = operations === null ? "" : `: ${counted(operations, "operation")}, each compared with the hub's`;
  output.result(
    { hub: hub.url, node: hub.node, operations, removal: left.removal, deletion: left.deletion },
    `your pool is here${counts}\n  ${hub.url} is no device of it any more, and says that ${words}`,
  );
  return undefined;
}

/** The one that is meant, or the only one. */
async function hubOf(node: Node, url: string | undefined): Promise<Hub> {
  const begun = await hubBeingLeft(node);
  if (begun !== null && (url === undefined || url === begun.url)) return begun;
  const hubs = (await listHubs(node.replica, node.writer.did)).filter((hub) => url === undefined || hub.url === url);
  const [hub] = hubs;
  if (hub === undefined)
    throw new PoolError(
      "usage",
      url === undefined ? "your pool is at no hub" : `your pool is at no hub at ${url}: \`fablepool device list\` shows where`,
    );
  if (hubs.length > 1) throw new PoolError("usage", `your pool is at ${hubs.map((each) => each.url).join(" and ")}: --hub says which`);
  return hub;
}
