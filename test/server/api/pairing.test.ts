/** Pairing through `/api`: a device comes with the code, both show the same words, and only the owner's yes takes it in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { homeAt, joinByCode, type Node, nativeCrypto, newDevice, parsePairing, syncWith, tellSynced } from "../../../src/node/index.ts";
import * as contract from "../../../src/server/api/contract.ts";
import { type HttpTransport, openHttpTransport } from "../../../src/transport/index.ts";
import { type Inspecting, inspecting } from "./inspecting.ts";

const fixture = { options: { pairingHost: "127.0.0.1" } };

/** The pairing once it is in one of these states. */
async function becoming({ get }: Inspecting, id: string, ...states: contract.PairingState[]): Promise<contract.Pairing> {
  for (;;) {
    const pairing = await get(contract.pairing, `/api/pairings/${id}`);
    if (states.includes(pairing.state)) return pairing;
    assert.ok(!["done", "refused", "over"].includes(pairing.state), `it is ${pairing.state}: ${pairing.why}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A new device that comes with what the QR code says. */
async function joiner(on: Inspecting, pairing: contract.Pairing): Promise<{ phone: Node; transport: HttpTransport; code: string }> {
  const phone = await newDevice(homeAt(`${on.folder}/phone`), { name: "phone", passphrase: null });
  const link = parsePairing(pairing.link);
  assert.ok(link !== null && link.url === pairing.url);
  const { did, seed, clock, random } = phone.writer;
  const transport = openHttpTransport({ url: pairing.url, node: link.node, key: { did, seed }, crypto: nativeCrypto, clock, random });
  return { phone, transport, code: link.code };
}

test("a device with the code is shown with its words; yes takes it in, and it has everything", () =>
  inspecting("pairing", fixture, async (on) => {
    await on.send(contract.foundedPool, "/api/pool", { name: "laptop" });
    const said = await on.send(contract.claim, "/api/claims", { subject: "self", predicate: "place.home", object: "Lund" });
    const shown = await on.send(contract.pairing, "/api/pairings", {});
    assert.match(shown.digits, /^\d{2}-\d{4}-\d{4}$/);
    assert.deepEqual([shown.state, shown.qr.length, new Set(shown.qr.map((row) => row.length)).size], ["waiting", shown.qr[0]?.length, 1]);
    assert.equal((await on.post("/api/pairings", {})).status, 409);
    assert.equal((await on.post(`/api/pairings/${shown.id}/confirmation`, { same: true })).status, 409);
    const { phone, transport, code } = await joiner(on, shown);
    try {
      let words: readonly string[] = [];
      const joining = joinByCode(phone, transport, { code, name: "phone", onWords: (told) => (words = told) });
      const { asking } = await Promise.race([becoming(on, shown.id, "asking"), joining.then(() => assert.fail("nobody was asked"))]);
      assert.deepEqual([asking?.key, asking?.name, asking?.words.length], [phone.writer.did, "phone", 3]);
      const agreed = await on.send(contract.pairing, `/api/pairings/${shown.id}/confirmation`, { same: true });
      assert.deepEqual([agreed.state, agreed.op === null], ["adding", false]);
      await joining;
      assert.deepEqual(words, asking?.words);
      await syncWith(phone.replica, transport);
      assert.ok((await phone.replica.store.read((reader) => reader.known([said.id as never]))).has(said.id as never));
      await tellSynced(transport);
      assert.equal((await becoming(on, shown.id, "done")).why, "");
      const devices = await on.get(contract.devices, "/api/devices");
      assert.ok(devices.items.some(({ key, role }) => key === phone.writer.did && role === "full"));
    } finally {
      await on.ask(`/api/pairings/${shown.id}`, { method: "DELETE" });
      await transport.close();
      await phone.close();
    }
  }));

test("no takes nobody in; a code that is ended is dead, and another may be shown", () =>
  inspecting("refused", fixture, async (on) => {
    assert.equal((await on.post("/api/pairings", {})).status, 409);
    await on.send(contract.foundedPool, "/api/pool", { name: "laptop" });
    const shown = await on.send(contract.pairing, "/api/pairings", { role: "mirror" });
    const { phone, transport, code } = await joiner(on, shown);
    try {
      const joining = assert.rejects(joinByCode(phone, transport, { code, name: "phone" }), { code: "unauthorized" });
      await becoming(on, shown.id, "asking");
      const refused = await on.send(contract.pairing, `/api/pairings/${shown.id}/confirmation`, { same: false });
      assert.equal(refused.state, "refused");
      await joining;
      assert.equal((await on.get(contract.devices, "/api/devices")).items.length, 2);
      const again = await on.send(contract.pairing, "/api/pairings", {});
      assert.notEqual(again.digits, shown.digits);
      const ended = contract.pairing.parse((await on.ask(`/api/pairings/${again.id}`, { method: "DELETE" })).json);
      assert.equal(ended.state, "over");
      assert.equal((await on.post(`/api/pairings/${again.id}/confirmation`, { same: true })).status, 409);
      assert.equal((await on.ask("/api/pairings/none")).status, 404);
    } finally {
      await on.ask(`/api/pairings/${shown.id}`, { method: "DELETE" });
      await transport.close();
      await phone.close();
    }
  }));
