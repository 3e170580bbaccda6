/**
 * What a delegate holds is what it was granted: no claim outside the selector, none that was never said, nothing after it was
 * told of the end, after `expires_at`, or when it has not pulled for `refresh_ms`; and then not in its files either. A device
 * serves a grant to its grantee alone, and none that its log revokes.
 */
import type { Attestation } from "../../src/core/capability/attestation.ts";
import { canonical } from "../../src/core/codec/canonical.ts";
import type { OpId } from "../../src/core/op/operation.ts";
import type { JsonObject } from "../../src/core/ports.ts";
import type { Pulled } from "../../src/node/delegate/pull.ts";
import { judgeAll } from "../../src/testkit/oracle.ts";
import type { Device } from "../device.ts";
import type { Granted, Guest } from "../guest.ts";
import type { World } from "../world.ts";

export interface Looked {
  readonly grant: OpId;
  readonly granted: Granted;
  readonly attestations: readonly Attestation[];
  /** All that is in the files it keeps of the grant. */
  readonly files: string;
}

export function checkSlice(world: World, guest: Guest, { grant, granted, attestations, files }: Looked): void {
  const { terms, takenAt } = granted;
  const now = guest.clock();
  const over = takenAt === null || now - takenAt > Number(terms["refresh_ms"]) || now >= Number(terms["expires_at"]);
  if (over && attestations.length > 0) world.find("delegate", `it holds ${attestations.length} claims of ${grant}, which is over`);
  if (over && files.length > 0) world.find("delegate", `a file of ${grant} is there still, and it is over`);
  for (const each of attestations) {
    const said = world.written.get(each.claim)?.payload;
    const fault = said === undefined ? "which nobody said" : (outside(terms["selector"] as JsonObject, said) ?? unlike(said, each));
    if (fault) world.find("delegate", `of ${grant} it holds ${each.claim}, ${fault}`);
  }
}

/** Why a claim is outside a selector; by another reading of section 8 than the code's. */
function outside({ predicates, subjects, min_confidence: least }: JsonObject, said: JsonObject): string | null {
  const form = (pattern: string) =>
    new RegExp(
      `^${pattern
        .split("*")
        .map((part) => part.replaceAll(/[.]/g, "\\."))
        .join("[^]*")}$`,
    );
  if (!(predicates as string[]).some((pattern) => form(pattern).test(String(said["predicate"])))) return "of another predicate";
  if (subjects !== undefined && !(subjects as string[]).includes(String(said["subject"]))) return "of another subject";
  if (least !== undefined && Number(said["confidence"]) < Number(least)) return "of less confidence";
  const sensitivity = said["sensitivity"];
  return sensitivity === "sensitive" || sensitivity === "restricted" ? "which is too sensitive" : null;
}

function unlike(said: JsonObject, { subject, predicate, object, confidence }: Attestation): string | null {
  const parts = (of: object) => canonical(of as JsonObject);
  const right = { subject: said["subject"], predicate: said["predicate"], object: said["object"], confidence: said["confidence"] };
  return parts(right) === parts({ subject, predicate, object, confidence }) ? null : "and not as it was said";
}

/** In the end, when every device knows every revocation and the delegate has asked once more. */
export function checkTakenBack(world: World, grant: OpId, held: number): void {
  const all = [...world.written.values()];
  const revoked = all.some(({ op_id, type, payload }) => {
    return type === "cap_revoke" && payload?.["grant"] === grant && world.devices.every(({ disk }) => disk.tables.ops.has(op_id));
  });
  if (revoked && held > 0) world.find("delegate", `it holds ${held} claims of ${grant}, which was revoked, and has pulled since`);
}

export function checkPulled(world: World, { grant, ended, claims }: Pulled): void {
  if (ended !== null && claims > 0) world.find("delegate", `a pull of ${grant} ended it and left ${claims} claims`);
}

/** A device's reply to a pull: to the grantee alone, only claims that are active there, none once its log revokes the grant. */
export function checkGiven(world: World, device: Device, key: string | null, reply: JsonObject): void {
  const id = reply["grant_id"] as OpId;
  const { ops } = device.disk.tables;
  const grantee = world.written.get(id)?.payload?.["grantee"];
  if (grantee !== key) world.find("delegate", `device ${device.index} answered ${key} about ${id}, which is not its grant`);
  const given = reply["attestations"] as unknown as Attestation[];
  if (given.length === 0 || device.rotten) return;
  const verdict = judgeAll(
    world.crypto,
    String(world.pool),
    [...ops.values()].map(({ envelope }) => envelope),
  );
  const revoked = [...ops.values()].some(({ envelope: { type, payload } }) => type === "cap_revoke" && payload?.["grant"] === id);
  if (revoked || verdict.contested.has(id)) world.find("delegate", `device ${device.index} served ${id}, which its log ended`);
  for (const { claim } of given) {
    const status = verdict.statuses.get(claim);
    if (status !== "active") world.find("delegate", `device ${device.index} served ${claim}, which is ${status} there`);
  }
}
