import { type Command, Option } from "commander";
import { type Sensitivity, sensitivities } from "../../core/claim/sensitivity.ts";
import { type ClaimStatus, claimStatuses } from "../../core/claim/status.ts";
import type { JsonObject } from "../../core/ports.ts";
import { asOf, listClaims, listEvidence, namesOf, oddPredicate, resolveId, showOperation, stateClaim } from "../../node/index.ts";
import { action } from "../context.ts";
import { emptyWords } from "../empty.ts";
import { authorText, claimSentence, counted, evidenceSentence, oneLine, opSentence, shortId, table, timeText } from "../text.ts";
import { objectOf, toCount, toNumber, toTime } from "../values.ts";

/** `claim`, `claims`, `evidence`, `show`: stating and seeing. */
export function seeCommands(program: Command): void {
  claimCommand(program);
  claimsCommand(program);
  evidenceCommand(program);
  showCommand(program);
}

interface ClaimOptions {
  readonly text?: boolean;
  readonly confidence?: number;
  readonly from?: number;
  readonly until?: number;
  readonly why?: string;
  readonly because?: string[];
  readonly sensitivity?: Sensitivity;
}

function claimCommand(program: Command): void {
  const command = program
    .command("claim")
    .summary("state something yourself")
    .description(
      "Writes a claim in your own words. The object is JSON when it reads as JSON (42, true, {…}), else text.\n" +
        "  fablepool claim self place.home 'Lyon'\n  fablepool claim person:ada relationship.kind sister --from 1990-01-01",
    )
    .argument("<subject>", "`self`, or a name like person:ada")
    .argument("<predicate>", "a dotted name like place.home")
    .argument("<object>", "what is so")
    .option("--text", "take the object as text even when it reads as JSON")
    .option("--confidence <number>", "over 0, up to 1 (default 1)", toNumber)
    .option("--from <date>", "valid from (2026-01-31, or with a time)", toTime)
    .option("--until <date>", "valid until, not including it", toTime)
    .option("--why <text>", "why you say so")
    .option("--because <id...>", "evidence or claims it is derived from")
    .addOption(new Option("--sensitivity <level>", "who may ever be shown it").choices([...sensitivities]));
  action<[string, string, string, ClaimOptions]>(command, async ({ output, withNode }, subject, predicate, object, options) => {
    const { why, because, from, until, confidence, sensitivity } = options;
    const seen = await withNode(async (node) => {
      const derivedFrom = await Promise.all((because ?? []).map((id) => resolveId(node.replica, id)));
      const id = await stateClaim(node, {
        subject,
        predicate,
        object: options.text ? object.normalize("NFC") : objectOf(object),
        derivedFrom,
        ...(why === undefined ? {} : { rationale: why }),
        ...(from === undefined ? {} : { from }),
        ...(until === undefined ? {} : { until }),
        ...(confidence === undefined ? {} : { confidence }),
        ...(sensitivity === undefined ? {} : { sensitivity }),
      });
      return showOperation(node.replica, id);
    });
    output.result(
      { id: seen.op.op_id, status: seen.status },
      `${shortId(seen.op.op_id)}  ${seen.status}  ${claimSentence(seen.op.payload)}`,
    );
    const odd = oddPredicate(predicate);
    if (odd !== null) output.note(oneLine(odd, 240));
    return undefined;
  });
}

interface ClaimsOptions {
  readonly status?: ClaimStatus;
  readonly all?: boolean;
  readonly subject?: string;
  readonly predicate?: string;
  readonly asOf?: number;
  readonly limit: number;
}

function claimsCommand(program: Command): void {
  const command = program
    .command("claims")
    .summary("see what is believed")
    .description(
      "Lists claims, newest first. Statuses: active; superseded (lost a conflict); proposed (an assistant's, waiting for your word);\n" +
        "refuted, corrected; invalidated (what it rested on fell); pending, void, redacted, contested.",
    )
    .addOption(new Option("--status <status>", "only of this status").choices([...claimStatuses]))
    .option("--all", "of every status (default: active and superseded)")
    .option("--subject <name>", "only about this subject")
    .option("--predicate <name>", "only this predicate, or those below it")
    .option("--as-of <date>", "as it was then, by the clocks of those who wrote", toTime)
    .option("--limit <number>", "at most so many", toCount, 50);
  action<[ClaimsOptions]>(command, async (context, options) => {
    const { status, all, subject, predicate, limit } = options;
    const filter = {
      limit,
      ...(all ? {} : { statuses: status ? [status] : (["active", "superseded"] as const) }),
      ...(subject ? { subject } : {}),
      ...(predicate ? { predicate } : {}),
    };
    const { claims, empty } = await context.withNode(async (node) => ({
      claims:
        options.asOf === undefined
          ? await listClaims(node.replica, filter)
          : await asOf(context.home, node.replica, options.asOf, (past) => listClaims(past, filter)),
      empty: await emptyWords(node, noClaims(options)),
    }));
    const rows = claims.map(({ status: is, op }) => [
      shortId(op.op_id),
      is,
      typeof op.payload?.["confidence"] === "number" ? `${Math.round(op.payload["confidence"] * 100)} %` : "",
      claimSentence(op.payload),
    ]);
    context.output.result(
      claims.map(({ status: is, op }) => ({ id: op.op_id, status: is, author: op.author, ts: op.ts, ...op.payload })),
      table(rows),
    );
    context.output.note(claims.length === 0 ? empty : countedOf(claims.length, limit, "claim"));
    return undefined;
  });
}

function noClaims({ status, subject, predicate, asOf: time }: ClaimsOptions): string {
  const filtered = [status, subject, predicate].some((each) => each !== undefined);
  if (time !== undefined) return `nothing ${filtered ? "like that " : ""}was known at ${timeText(time)}`;
  return filtered ? "no such claims" : "no claims yet: `fablepool claim` states one";
}

function evidenceCommand(program: Command): void {
  const command = program
    .command("evidence")
    .summary("see what your sources said")
    .description("Lists evidence, newest first, each item in its newest version.")
    .option(
      "--kind <kind>",
      "only of this kind: event, task, journal, note, photo, contact, mail, message, chat_message, call, visit, trip, workout, …",
    )
    .option("--all", "older versions too")
    .option("--limit <number>", "at most so many", toCount, 50);
  action<[{ kind?: string; all?: boolean; limit: number }]>(command, async (context, options) => {
    const { found, empty } = await context.withNode(async (node) => ({
      found: await listEvidence(node.replica, options),
      empty: await emptyWords(node, noEvidence(options.kind)),
    }));
    const rows = found.map(({ status, op }) => [
      shortId(op.op_id),
      status,
      timeText(op.payload?.["observed_at"]),
      evidenceSentence(op.payload),
    ]);
    context.output.result(
      found.map(({ status, newest, op }) => ({ id: op.op_id, status, newest, ...op.payload })),
      table(rows),
    );
    context.output.note(found.length === 0 ? empty : countedOf(found.length, options.limit, "item"));
    return undefined;
  });
}

function noEvidence(kind: string | undefined): string {
  if (kind === undefined) return "no evidence yet: `fablepool import` takes in your files";
  return `no evidence of kind ${oneLine(kind, 40)}: \`fablepool evidence\` shows what there is`;
}

/** A list that is as long as it may be says that there may be more. */
function countedOf(count: number, limit: number, what: string): string {
  return count < limit ? counted(count, what) : `the newest ${counted(count, what)} (--limit shows more)`;
}

function showCommand(program: Command): void {
  const command = program
    .command("show")
    .summary("see one operation whole")
    .description("Shows an operation: who wrote it and when, what it says, its status, and what points at it.")
    .argument("<id>", "its id, or the first digits of it");
  action<[string]>(command, async ({ output, withNode }, text) => {
    const { seen, names } = await withNode(async ({ replica }) => ({
      seen: await showOperation(replica, await resolveId(replica, text)),
      names: await replica.store.read(namesOf),
    }));
    const { op, status } = seen;
    const lines = [
      `${op.op_id}`,
      `  ${op.type}${status ? `, ${status}` : ""}`,
      `  written ${timeText(op.ts)} by ${authorText(op.author, names)} (its operation ${op.seq})`,
      `  ${opSentence(op)}`,
      ...payloadLines(op.payload),
      ...seen.pointsAt.map(({ kind, to }) => `  ${kind} ${shortId(to)}`),
      ...seen.pointedAtBy.map(({ kind, from }) => `  ${shortId(from)} ${kind} it`),
    ];
    output.result({ status, ...op, points_at: seen.pointsAt, pointed_at_by: seen.pointedAtBy }, lines.join("\n"));
    return undefined;
  });
}

function payloadLines(payload: JsonObject | undefined): string[] {
  if (payload === undefined) return [];
  const lines = JSON.stringify(payload, null, 2).split("\n");
  return lines.map((line) => `  ${line.replace(/[\p{Cc}\p{Cf}]+/gu, " ")}`);
}
