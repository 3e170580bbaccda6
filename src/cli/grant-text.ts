/** How grants, slices and what delegates owe read on a terminal. */
import type { GrantTerms } from "../core/capability/grant.ts";
import type { Json, JsonObject } from "../core/ports.ts";
import { type Attempt, durationText, type LedgerEntry, type Seen, selectorText, standingText, whoText } from "../node/index.ts";
import { claimSentence, counted, oneLine, shortDid, shortId, table, timeText } from "./text.ts";

export function grantRows(entries: readonly LedgerEntry[]): string {
  return table(
    entries.map((entry) => [
      shortId(entry.grant),
      whoText(entry),
      entry.terms ? selectorText(entry.terms.selector) : "(its terms were taken away)",
      entry.terms ? `until ${timeText(entry.terms.expiresAt)}` : "",
      standingText(entry),
    ]),
  );
}

function termsLines({ selector, purpose, expiresAt, refreshMs, purgeMs }: GrantTerms): string[] {
  return [
    `  may see     ${selectorText(selector)}`,
    `  for         ${oneLine(purpose, 200) || "(no purpose given)"}`,
    `  until       ${timeText(expiresAt)}`,
    `  refreshes   within ${durationText(refreshMs)}, or deletes; purges within ${durationText(purgeMs)}`,
  ];
}

/** One grant with everything that happened under it. */
export function entryText(entry: LedgerEntry): string {
  const { grant, at, by, terms, revocation, withdrawn } = entry;
  const lines = [`${shortId(grant)}  ${whoText(entry)}`, `  ${standingText(entry)}`, ...(terms ? termsLines(terms) : [])];
  lines.push(`  granted     ${timeText(at)} by ${shortDid(by)}`);
  if (revocation) lines.push(`  ended       ${timeText(revocation.ts)} by ${shortId(revocation.id)}`);
  for (const [when, what] of happened(entry)) lines.push(`  ${timeText(when)}  ${what}`);
  for (const id of withdrawn) lines.push(`  may still hold ${shortId(id)}, which you withdrew`);
  return lines.join("\n");
}

/** What was read, said and asked under a grant, each with its time, the newest last. */
function happened({ accesses, receipts, challenge }: LedgerEntry): [at: number, what: string][] {
  const all: [number, string][] = accesses.map(({ at, server, outcome, served }) => {
    const what = outcome === "served" ? `read ${counted(served, "claim")}` : `was told that it is ${outcome}`;
    return [at, `${what}, at ${shortDid(server)}`];
  });
  for (const { op, at } of receipts) all.push([at, `said that it purged (${shortId(op)})`]);
  if (challenge) all.push([challenge.at, `challenged: ${challenge.state}`]);
  return all.sort(([one], [other]) => one - other);
}

/** The claims that a grantee sees, one a line. */
export function previewText(seen: readonly Seen[]): string {
  if (seen.length === 0) return "nothing: no active claim is selected";
  return table(
    seen.map(({ claim, attestation, sensitivity }) => [
      shortId(claim.op_id),
      attestation.predicate,
      `${attestation.confidence}`,
      sensitivity,
      claimSentence(claim.payload),
    ]),
  );
}

export function attemptRows(attempts: readonly Attempt[]): string {
  return table(attempts.map(({ at, key, type, grant }) => [timeText(at), key ?? "unsigned", type, grant ? shortId(grant) : ""]));
}

/** A consent record for people: what was agreed, by whom, until when, and how to end it. */
export function consentText(record: JsonObject): string {
  const [purpose] = listOf(record["pii_processing"], "purposes");
  const [, controller] = record["party_identification"] as readonly JsonObject[];
  const information = (purpose?.["pii_information"] ?? []) as readonly JsonObject[];
  const events = record["consent_events"] as readonly JsonObject[];
  const retention = purpose?.["retention_period"] as JsonObject;
  return [
    "Consent receipt (field names of ISO/IEC TS 27560:2023)",
    `  record      ${record["record_id"]}`,
    `  owner       ${record["pii_principal_id"]}`,
    `  recipient   ${controller?.["party_id"]}`,
    `  purpose     ${oneLine(String(purpose?.["purpose"] ?? ""), 200)}`,
    `  information ${information.map(({ pii_type }) => oneLine(String(pii_type), 80)).join(", ")}`,
    `  until       ${retention["until"]}; refreshed within ${durationText(Number(retention["refresh_ms"]))}, purged within ${durationText(Number(retention["purge_ms"]))}`,
    `  withdrawal  ${purpose?.["withdrawal_method"]}`,
    ...events.map(({ event_time, event_state }) => `  ${event_time}  ${event_state}`),
    "Nobody can be made to unlearn what was read: what the recipient signs are promises that can be held against it.",
  ].join("\n");
}

function listOf(value: Json | undefined, name: string): readonly JsonObject[] {
  return ((value as JsonObject | undefined)?.[name] ?? []) as readonly JsonObject[];
}
