/** Runs part `hosting`: what a hub and those who come to it read. */
import assert from "node:assert/strict";
import type { Did } from "../../src/core/crypto/did-key.ts";
import { PoolError } from "../../src/core/errors.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import { hostingRefusalOf, readHosted, readHostingRequest } from "../../src/core/sync/hosting.ts";
import { hubInvitationText, readHubInvitation } from "../../src/core/sync/hub-invitation.ts";
import { poolLabel, poolOfAuthority } from "../../src/core/sync/pool-label.ts";
import { listHubs } from "../../src/node/hosting/hubs.ts";
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { list, type Run, replicaOf, takeAll, text } from "./runner.ts";
import { transportRunners } from "./transport.ts";

const { sha256Hex } = nativeCrypto;

export const hostingRunners: Readonly<Record<string, Run>> = {
  invitation({ input, expect, valid }) {
    const given = text(input, "text");
    if (!valid) return assert.throws(() => readHubInvitation(sha256Hex, given), { code: expect["code"] });
    const invitation = readHubInvitation(sha256Hex, given);
    assert.deepEqual({ verdict: "valid", ...invitation }, { ...expect });
    const again = hubInvitationText(sha256Hex, invitation);
    assert.deepEqual(readHubInvitation(sha256Hex, again), invitation);
    if (given.includes("/#") && !/\s/.test(given)) assert.equal(again, given);
  },

  "hosting-message"({ input, expect, valid }) {
    const read = () => readHostingRequest(input["request"] ?? null);
    if (valid) assert.deepEqual(read(), expect["message"]);
    else assert.throws(read, { code: expect["code"] });
  },

  "hosting-reply"({ input, expect, valid }) {
    const read = () => readHosted(input["reply"] ?? null);
    if (valid) return assert.deepEqual({ verdict: "valid", ...read() }, { ...expect });
    assert.throws(read, (error) => {
      assert.ok(error instanceof PoolError);
      assert.deepEqual({ verdict: "invalid", code: error.code, why: hostingRefusalOf(error.details) }, { ...expect });
      return true;
    });
  },

  authority({ input, expect }) {
    const authority = text(input, "authority");
    const pool = poolOfAuthority(authority);
    assert.equal(pool, expect["pool"]);
    if (pool !== null) assert.equal(poolLabel(pool), authority.split(".")[0]);
  },

  async hubs({ input, expect }) {
    const replica = await replicaOf(text(input, "pool") as OpId);
    await takeAll(replica, list(input, "log"));
    assert.deepEqual(await listHubs(replica, text(input, "self") as Did), expect["hubs"]);
  },

  "hosting-request": (vector) => transportRunners["http-request"]?.(vector),
};
