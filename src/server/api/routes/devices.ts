/** Devices, syncing with them, and what they disagreed about. */
import { z } from "@hono/zod-openapi";
import type { Did } from "../../../core/crypto/did-key.ts";
import type { OpId } from "../../../core/op/operation.ts";
import { addDevice, aheadOf, contactWith, invitationText, listDevices, oneLine, readSettings } from "../../../node/index.ts";
import { conflictsAnswer } from "../conflicts-answer.ts";
import {
  addedDevice,
  conflicts,
  type Device,
  devices,
  did,
  newDevice,
  pageQuery,
  removal,
  removalPreview,
  removed,
  type Sync,
  sync,
  syncRequest,
} from "../contract.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { previewRemoval, removeByWish } from "../removal-answer.ts";
import type { Session } from "../session.ts";

const tag = "Devices";
const didParams = z.object({ did });

export const deviceEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "get",
    path: "/api/devices",
    summary: "Every device ever added, and when it was last met",
    tag,
    answer: devices,
    handle: async (_, session) => ({ items: await devicesOf(session) }),
  }),
  endpoint({
    method: "post",
    path: "/api/devices",
    summary: "Add a device by its key; answers the invitation it joins with",
    tag,
    body: newDevice,
    answer: addedDevice,
    status: 201,
    async handle({ body }, session) {
      const { node } = session;
      const op = await addDevice(node, body);
      const pool = (await node.replica.store.read((reader) => reader.pool())) as OpId;
      const address = readSettings(node.home).address ?? session.address;
      const invitation = invitationText({ pool, node: node.writer.did, url: address ?? "" });
      return { op, key: body.key, role: body.role, invitation, address };
    },
  }),
  endpoint({
    method: "post",
    path: "/api/devices/{did}/removal/preview",
    summary: "What removing a device would take away, before it is done",
    tag,
    params: didParams,
    body: removal,
    answer: removalPreview,
    handle: ({ params, body }, session) => previewRemoval(session, params.did as Did, body),
  }),
  endpoint({
    method: "post",
    path: "/api/devices/{did}/removal",
    summary: "Remove a device; the others learn of it when they sync",
    tag,
    params: didParams,
    body: removal,
    answer: removed,
    handle: ({ params, body }, session) => removeByWish(session, params.did as Did, body),
  }),
  endpoint({
    method: "get",
    path: "/api/sync",
    summary: "Whom this device syncs with, how that stands, and what is not there yet",
    tag,
    answer: sync,
    handle: (_, session) => syncOf(session),
  }),
  endpoint({
    method: "post",
    path: "/api/sync",
    summary: "Sync now; what comes of it is told by events",
    tag,
    body: syncRequest,
    answer: sync,
    status: 202,
    async handle({ body: { url } }, session) {
      await session.opened.peers.sync(url);
      return syncOf(session);
    },
  }),
  endpoint({
    method: "get",
    path: "/api/conflicts",
    summary: "What disagreed and how it was decided; forks, and contested work",
    tag,
    query: pageQuery,
    answer: conflicts,
    handle: ({ query }, session) => conflictsAnswer(session, query),
  }),
];

async function devicesOf(session: Session): Promise<Device[]> {
  const { node, heard } = session.opened;
  const seen = await listDevices(node.replica);
  return node.replica.store.read(async (reader) => {
    const chains = await reader.chains();
    const items: Device[] = [];
    for (const device of seen) {
      const tips = chains.filter(({ author }) => author === device.key).map(({ tip }) => tip);
      const wrote = (await reader.envelopes(tips)).map(({ ts }) => ts);
      const isSelf = device.key === node.writer.did;
      const contact = isSelf ? null : await contactWith(reader, device.key);
      const met = [contact?.at, heard.get(device.key)].filter((at) => at !== undefined);
      items.push({
        ...device,
        name: oneLine(device.name, 60),
        self: isSelf,
        last_wrote: wrote.length > 0 ? Math.max(...wrote) : null,
        last_contact: met.length > 0 ? Math.max(...met) : null,
        ahead: contact ? await aheadOf(reader, contact) : null,
      });
    }
    return items;
  });
}

async function syncOf(session: Session): Promise<Sync> {
  const { node, peers } = session.opened;
  const { incomplete, unproven } = await node.replica.store.read(async (reader) => ({
    incomplete: (await reader.incomplete(null, 1_001)).length,
    unproven: (await reader.local("unproven")) !== null,
  }));
  return { serving: session.address === null ? null : { url: session.address }, peers: await peers.list(), incomplete, unproven };
}
