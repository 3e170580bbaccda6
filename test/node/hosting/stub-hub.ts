/** A hub in this process, as spec/11-hosting.md has it: what a client says to it, without a socket and a database. */
import { roleOf } from "../../../src/core/admission/device-view.ts";
import { RawJson } from "../../../src/core/codec/raw-json.ts";
import type { Did } from "../../../src/core/crypto/did-key.ts";
import { PoolError } from "../../../src/core/errors.ts";
import type { OpId } from "../../../src/core/op/operation.ts";
import type { Json, JsonObject } from "../../../src/core/ports.ts";
import {
  type HostingRefusal,
  hostExtension,
  hostedReply,
  hostingMember,
  hostingRefused,
  readHostingRequest,
} from "../../../src/core/sync/hosting.ts";
import type { HubInvitation } from "../../../src/core/sync/hub-invitation.ts";
import { errorReply, refusal } from "../../../src/core/sync/messages.ts";
import type { ConnectHub } from "../../../src/node/hosting/hub.ts";
import { nativeCrypto } from "../../../src/node/native-crypto.ts";
import type { Replica } from "../../../src/node/replica.ts";
import { answer } from "../../../src/node/sync-server.ts";
import { loopback, type Transport } from "../../../src/transport/index.ts";
import { joining, writerOf } from "../replicas.ts";

export interface StubPool {
  readonly pool: OpId;
  readonly did: Did;
  readonly replica: Replica;
  readonly registrant: Did;
  readonly seen: Map<string, number>;
  isLeaving: boolean;
}

export class StubHub {
  readonly url = "https://hub.example";
  readonly front = writerOf("front").did;
  readonly pools = new Map<Did, StubPool>();
  /** Every message that came, with the did that it was for. */
  readonly heard: { readonly to: string; readonly type: unknown }[] = [];
  readonly #invitations = new Map<string, { usedBy: string | null; refused: HostingRefusal | null }>();
  role: "mirror" | "full" = "mirror";
  tellsSeen = true;
  /** Given each reply before it is sent, to change it or to throw. */
  tamper: (to: string, message: JsonObject, reply: JsonObject) => JsonObject = (_to, _message, reply) => reply;
  #keys = 0;

  invite(refused: HostingRefusal | null = null): HubInvitation {
    const token = nativeCrypto.sha256Hex(`stub invitation ${this.#invitations.size}`).slice(0, 32);
    this.#invitations.set(token, { usedBy: null, refused });
    return { url: this.url, front: this.front, token };
  }

  pool(): StubPool {
    const [pool] = this.pools.values();
    if (pool === undefined) throw new RangeError("nothing is hosted");
    return pool;
  }

  /** How the device `key` reaches it. */
  connectAs(key: Did): ConnectHub {
    return ({ url, node }, at) =>
      leftAsText(
        loopback(async (message) => {
          if (url !== this.url) throw new PoolError("network", `no answer from ${url}`);
          const asked = message as JsonObject;
          this.heard.push({ to: node, type: asked["type"] });
          const reply = at === "host" ? await this.#host(node, asked, key) : await this.#sync(node, asked, key);
          return this.tamper(node, asked, reply);
        }, key),
      );
  }

  async #host(node: Did, message: JsonObject, key: Did): Promise<JsonObject> {
    const request = readHostingRequest(message);
    if (request.type === "unhost") {
      const hosted = this.#at(node);
      const view = await viewOf(hosted.replica);
      if (hosted.pool !== request.pool || (key !== view.root && roleOf(view, key) !== "full")) return { ...refusal };
      this.pools.delete(node);
      return { type: "unhosted" };
    }
    const invitation = this.#invitations.get(request.invitation);
    const here = [...this.pools.values()].find(({ pool }) => pool === request.pool);
    const quota = { operations: null, bytes: null };
    if (here !== undefined && here.registrant === key) return hostedReply({ node: here.did, role: this.role, quota });
    if (here !== undefined) return { ...hostingRefused("joining", "somebody else brings it") };
    if (invitation === undefined || invitation.refused !== null) return { ...hostingRefused(invitation?.refused ?? "invitation", "no") };
    if (invitation.usedBy !== null) return { ...hostingRefused("used", "no") };
    invitation.usedBy = key;
    const did = writerOf(`hub ${this.#keys++}`).did;
    const replica = await joining(request.pool);
    this.pools.set(did, { pool: request.pool, did, replica, registrant: key, seen: new Map(), isLeaving: false });
    return hostedReply({ node: did, role: this.role, quota });
  }

  async #sync(node: Did, message: Json, key: Did): Promise<JsonObject> {
    const hosted = this.#at(node);
    if (hosted.isLeaving) return { ...hostingRefused("leaving", "no") };
    const role = roleOf(await viewOf(hosted.replica), hosted.did);
    const isActive = role === "mirror" || role === "full" || (await viewOf(hosted.replica)).removals.has(hosted.did);
    if (!isActive && key !== hosted.registrant) return { ...errorReply("unauthorized", "no") };
    const reply = await answer(hosted.replica, { did: hosted.did }, message, key, { brings: isActive ? null : hosted.registrant });
    if (reply["type"] === "error") return reply;
    hosted.seen.set(key, Date.now());
    if (reply["type"] !== "hello") return reply;
    const used = { ...(await hosted.replica.store.read((reader) => reader.counts())), bytes: 0 };
    const told = {
      role: this.role,
      state: isActive ? ("active" as const) : ("joining" as const),
      quota: { operations: null, bytes: null },
    };
    const hosting = hostingMember({ ...told, used, seen: this.tellsSeen ? hosted.seen : null });
    return { ...reply, ...(reply["same"] === true ? {} : { extensions: [...(reply["extensions"] as string[]), hostExtension] }), hosting };
  }

  #at(node: Did): StubPool {
    const hosted = this.pools.get(node);
    if (hosted === undefined) throw new PoolError("peer", "answered 421, unsigned", { status: 421 });
    return hosted;
  }
}

/** Operations as they come over HTTP: each of them left as text until it is read. */
function leftAsText(transport: Transport): Transport {
  return {
    async request(message, signal) {
      const reply = (await transport.request(message, signal)) as JsonObject;
      const { ops } = reply;
      return Array.isArray(ops) ? { ...reply, ops: ops.map((op) => new RawJson(JSON.stringify(op))) as unknown as Json } : reply;
    },
    close: () => transport.close(),
  };
}

async function viewOf(replica: Replica) {
  return replica.store.read(async (reader) => (await replica.controlLog(reader)).view());
}
