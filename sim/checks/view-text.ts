/** All of a disk in which two devices with the same operations must agree, as texts to compare, part by part. */
import { ControlLog } from "../../src/core/admission/control-log.ts";
import { compareText } from "../../src/core/bytes.ts";
import { Replica } from "../../src/node/replica.ts";
import { indexArrivals } from "../../src/node/search-arrivals.ts";
import { copyTables, openMemoryStore, type Tables } from "../../src/store/index.ts";
import type { World } from "../world.ts";

export type ViewText = Readonly<Record<string, string>>;

/** What is made findable when somebody asks is made so in a copy: the disk stays as it is. */
export async function viewTextOf(world: World, tables: Tables): Promise<ViewText> {
  const copy = copyTables(tables);
  await indexArrivals(new Replica(openMemoryStore(copy), world.crypto));
  return textOf(copy);
}

function textOf({ ops, heads, claims, evidence, search, refsFrom, refsTo, chains, pasts, controls }: Tables): ViewText {
  const log = new ControlLog({ chains: [...chains.values()], pasts: [...pasts.values()], controls: [...controls.values()] });
  const { devices, removals, effective } = log.view();
  return {
    operations: sorted(
      [...ops.values()].map(({ info, erased }) => `${info.id} ${info.type} ${info.hasPayload ? "full" : ""}${erased ? "erased" : ""}`),
    ),
    heads: sorted(heads.keys()),
    devices: [...devices.values()].map(({ key, role, add }) => `${key} ${role} ${add}`).join("\n"),
    removals: sorted([...removals].flatMap(([key, list]) => list.map(({ op, by }) => `${key} ${op} ${by}`))),
    control: sorted(effective),
    claims: sorted([...claims.values()].map((row) => JSON.stringify(row))),
    evidence: sorted([...evidence.values()].map((row) => JSON.stringify(row))),
    search: sorted([...search.values()].map((row) => JSON.stringify(row))),
    references: sorted([...refsFrom.values(), ...refsTo.values()].flat().map(({ from, kind, to }) => `${from} ${kind} ${to}`)),
  };
}

function sorted(texts: Iterable<string>): string {
  return [...texts].sort(compareText).join("\n");
}
