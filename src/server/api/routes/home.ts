/** The home at a glance, founding, unlocking. */
import { existsSync } from "node:fs";
import { claimStatuses } from "../../../core/claim/status.ts";
import { glance, type Node, oneLine, readSettings } from "../../../node/index.ts";
import { foundedPool, newPool, recovery, type Status, status, unlock } from "../contract.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import type { Session } from "../session.ts";

const tag = "Home";

export const homeEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/status",
    summary: "The home at a glance: who this device is, what it holds, when that last changed",
    tag,
    answer: status,
    handle: (_, session) => statusOf(session),
  }),
  endpoint({
    method: "post",
    path: "/api/pool",
    summary: "Found a pool where there is no device yet",
    tag,
    body: newPool,
    answer: foundedPool,
    status: 201,
    async handle({ body: { name, passphrase } }, session) {
      const { pool, device, root, phrase } = await session.found({ name, passphrase: passphrase ?? null });
      return { pool, device, root, home: session.options.home.folder, recovery_phrase: phrase };
    },
  }),
  endpoint({
    method: "post",
    path: "/api/recovery/confirmation",
    summary: "Say that a person typed back words of the phrase that founding showed; the words themselves stay with the page",
    tag,
    answer: recovery,
    handle: async (_, session) => session.confirmPhrase(),
  }),
  endpoint({
    method: "post",
    path: "/api/unlock",
    summary: "Open the device's key with its passphrase",
    tag,
    body: unlock,
    answer: status,
    async handle({ body: { passphrase } }, session) {
      await session.unlock(passphrase);
      return statusOf(session);
    },
  }),
];

async function statusOf(session: Session): Promise<Status> {
  const { home, version, sampleFolder } = session.options;
  const outside = {
    state: await session.state(),
    version,
    home: home.folder,
    now: Date.now(),
    address: session.address,
    sample: sampleFolder !== null && existsSync(sampleFolder),
  };
  if (!session.isOpen) return { ...outside, ...nothing };
  return { ...outside, ...(await inside(session.node, session)) };
}

const nothing = {
  device: null,
  pool: null,
  operations: 0,
  claims: 0,
  evidence: 0,
  statuses: {},
  attention: 0,
  last_change: null,
  incomplete: 0,
  forked: [],
  unproven: false,
  peers: 0,
} satisfies Partial<Status>;

async function inside(node: Node, session: Session): Promise<Omit<Status, "state" | "version" | "home" | "now" | "address" | "sample">> {
  const { role, incomplete, forked, unproven, pool, lastChange, ...counts } = await glance(node);
  const { name, peers } = readSettings(node.home);
  const perStatus = await node.replica.store.read((reader) => session.opened.book.counts(reader));
  const statuses = Object.fromEntries(
    claimStatuses.flatMap((each) => {
      const count = perStatus.filter((row) => row.status === each).reduce((sum, row) => sum + row.count, 0);
      return count > 0 ? [[each, count]] : [];
    }),
  ) as Status["statuses"];
  return {
    device: { key: node.writer.did, name: oneLine(name, 60), role },
    pool,
    operations: counts.operations,
    claims: counts.claims,
    evidence: counts.evidence,
    statuses,
    attention: (statuses.proposed ?? 0) + (statuses.superseded ?? 0),
    last_change: lastChange,
    incomplete,
    forked: [...forked],
    unproven,
    peers: peers.length,
  };
}
