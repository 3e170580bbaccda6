import { type Command, Option } from "commander";
import type { OpId } from "../../core/op/operation.ts";
import { addDevice, invitationText, listDevices, listHubs, readSettings, roles } from "../../node/index.ts";
import { action } from "../context.ts";
import { forkWords } from "../device-text.ts";
import { emptyWords } from "../empty.ts";
import { counted, table } from "../text.ts";
import { carryOverCommand, removeCommand } from "./device-remove.ts";

/** `device add`, `device list`, `device remove`, `device carry-over`. */
export function deviceCommands(program: Command): void {
  const device = program.command("device").summary("add, list and remove devices").description("The devices that write to your pool.");
  addCommand(device);
  listCommand(device);
  removeCommand(device);
  carryOverCommand(device);
}

function addCommand(device: Command): void {
  const command = device
    .command("add")
    .summary("add a device by its key")
    .description("Adds the device whose key `fablepool join` printed there, and prints the invitation it joins with.")
    .argument("<key>", "its did:key")
    .option("--name <name>", "what to call it", "")
    .addOption(
      new Option("--role <role>", "full: everything; mirror: serves, writes nothing; ingest and assistant: only add")
        .choices([...roles])
        .default("full"),
    );
  action<[string, { name: string; role: string }]>(command, async ({ home, output, withNode }, key, { name, role }) => {
    const added = await withNode(async (node) => {
      const id = await addDevice(node, { key, role, name });
      const pool = (await node.replica.store.read((reader) => reader.pool())) as OpId;
      return { id, invitation: invitationText({ pool, node: node.writer.did, url: readSettings(home).address ?? "" }) };
    });
    output.result({ op: added.id, key, role, invitation: added.invitation }, `added ${key} as ${role}\n\n${added.invitation}`);
    const where = readSettings(home).address === undefined ? " --url http://<this device>:<port>" : "";
    output.note(`\nServe this device (fablepool serve), and on the new one:\n  fablepool join '${added.invitation}'${where}`);
    return undefined;
  });
}

function listCommand(device: Command): void {
  const command = device
    .command("list")
    .summary("list devices")
    .description("Lists every device ever added, by rank: who ranks before can remove who ranks after.");
  action<[]>(command, async ({ output, withNode }) => {
    const { seen, hubs, self, empty } = await withNode(async (node) => ({
      seen: await listDevices(node.replica),
      hubs: await listHubs(node.replica, node.writer.did),
      self: node.writer.did,
      empty: await emptyWords(node, "no devices yet"),
    }));
    const devices = seen.map((device) => ({ ...device, address: hubs.find(({ node }) => node === device.key)?.url ?? null }));
    const rows = devices.map(({ key, role, rank, name, removed, operations, chains, address }) => [
      String(rank),
      key,
      removed ? `${role}, removed` : role,
      counted(operations, "operation"),
      [name, key === self ? "(this device)" : "", address ? `hub at ${address}` : "", chains > 1 ? "two histories" : ""]
        .filter(Boolean)
        .join(" "),
    ]);
    const forks = devices.filter(({ chains }) => chains > 1).map(({ name, key }) => `\n${forkWords(name || key, key === self)}`);
    output.result(devices, table(rows) + forks.join(""));
    if (devices.length === 0) output.note(empty);
    return undefined;
  });
}
