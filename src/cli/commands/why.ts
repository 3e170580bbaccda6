import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { parseJson } from "../../core/codec/parse.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { makeBundle, namesOf, nativeCrypto, resolveId, systemWords, verifyBundle, type Why, whyClaim } from "../../node/index.ts";
import { action } from "../context.ts";
import { exitCodes, type Output } from "../output.ts";
import { authorText, claimSentence, counted, evidenceSentence, oneLine, placeText, shortDid, shortId, timeText } from "../text.ts";
import { writeNew } from "../write-new.ts";

/** `why`: a claim's provenance, as a tree or as a proof that travels. */
export function whyCommand(program: Command): void {
  const command = program
    .command("why")
    .summary("ask where a claim comes from")
    .description(
      "Shows what a claim was derived from, down to what the sources said and where, with confidence and trust at each step, and\n" +
        "what was judged on the way. --bundle writes a proof that `fablepool verify <file>` checks on a machine without your pool.",
    )
    .argument("<id>", "a claim")
    .option("--bundle <file>", "write the claim with its whole lineage to a file");
  action<[string, { bundle?: string }]>(command, async ({ output, withNode }, text, { bundle }) => {
    if (bundle !== undefined && existsSync(bundle)) throw new PoolError("usage", `${bundle} is there already`);
    return withNode(async (node) => {
      const id = await resolveId(node.replica, text);
      if (bundle === undefined) {
        const why = await whyClaim(node.replica, id);
        const names = await node.replica.store.read(namesOf);
        output.result(why, lines(why, names, "", "").join("\n"));
        return undefined;
      }
      const made = await makeBundle(node.replica, id);
      const written = `${JSON.stringify(made)}\n`;
      writeNew(bundle, written);
      output.result(
        { file: bundle, claim: id, operations: made.ops.length },
        `wrote ${counted(made.ops.length, "operation")} to ${bundle}`,
      );
      const [fault] = verifyBundle(nativeCrypto, bundleIn(bundle, written)).faults;
      if (fault !== undefined) output.problem(`others will not be able to prove it: ${fault}`);
      output.note("It holds the words of your sources: give it only to whom you would show them.");
      return undefined;
    });
  });
}

function lines(why: Why, names: ReadonlyMap<string, string>, first: string, rest: string): string[] {
  const { op, status } = why;
  const words = op === null ? "(not here)" : op.type === "claim" ? claimSentence(op.payload) : evidenceSentence(op.payload);
  const found = [`${first}${shortId(why.id)}  ${words}  [${facts(why).join(", ")}]`];
  const details: string[] = [];
  const rationale = op?.payload?.["rationale"];
  if (typeof rationale === "string" && rationale !== "" && !why.told) details.push(`because: ${oneLine(rationale, 200)}`);
  const source = op?.payload?.["source"] as { uri?: string; adapter?: string } | undefined;
  const quoted = quote(op?.payload?.["content"] as JsonObject | undefined);
  if (quoted !== "" && !why.told) details.push(quoted);
  if (source?.uri) details.push(`${source.adapter}: ${placeText(source.uri)}`);
  for (const { kind, author, ts, reason } of why.judgements) {
    details.push(`${kind} ${timeText(ts)} by ${authorText(author, names)}${reason ? `: ${oneLine(reason, 120)}` : ""}`);
  }
  if (why.alsoSaidBy.length > 0) details.push(`also said by ${why.alsoSaidBy.slice(0, 5).map(shortId).join(", ")}`);
  if (status === "missing") details.push("it was derived from something that has not arrived");
  for (const detail of details) found.push(`${rest}${why.because.length > 0 ? "│ " : "  "}${detail}`);
  why.because.forEach((child, index) => {
    const last = index === why.because.length - 1;
    found.push(...lines(child, names, `${rest}${last ? "└─ " : "├─ "}`, `${rest}${last ? "   " : "│  "}`));
  });
  return found;
}

/** What the source literally said, as far as a line holds it. */
function quote(content: JsonObject | undefined): string {
  const said = ["text", "description", "summary", "title"]
    .map((name) => content?.[name])
    .find((value) => typeof value === "string" && value !== "");
  return typeof said === "string" ? `“${oneLine(said, 200)}”` : "";
}

function facts({ status, op, trust, sensitivity, told }: Why): string[] {
  const confidence = op?.payload?.["confidence"];
  return [
    status,
    typeof confidence === "number" ? `${Math.round(confidence * 100)} %` : "",
    trust ? `trust: ${trust}` : "",
    sensitivity && sensitivity !== "personal" ? sensitivity : "",
    told ? "told above" : "",
  ].filter((each) => each !== "");
}

/** `verify <file>`: a bundle that somebody gave. */
export function verifyFile(output: Output, path: string): number {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new PoolError("not_found", `can't read ${path}: ${systemWords(error)}`, {}, { cause: error });
  }
  if (text.length > limits.messageBytes) throw new PoolError("too_large", `${path} is over ${limits.messageBytes} bytes`);
  const verdict = verifyBundle(nativeCrypto, bundleIn(path, text));
  for (const fault of verdict.faults) output.problem(fault);
  const said = verdict.claim
    ? `"${claimSentence(verdict.claim.payload)}", said by ${shortDid(verdict.claim.author)} ${timeText(verdict.claim.ts)}`
    : "";
  const rests = `resting on ${counted(verdict.evidence, "item")} of evidence and ${counted(verdict.claims, "claim")}`;
  const good = `it holds: ${said}, ${rests}.\nWhat it can't show: whether it was refuted or erased since.`;
  output.result(verdict, verdict.faults.length === 0 ? good : `it does not hold: ${counted(verdict.faults.length, "fault")}`);
  return verdict.faults.length === 0 ? exitCodes.done : exitCodes.partly;
}

function bundleIn(path: string, text: string): Json {
  try {
    return parseJson(text, { maxDepth: limits.messageDepth });
  } catch (error) {
    throw new PoolError("usage", `${path} is no bundle of \`fablepool why --bundle\`: ${systemWords(error)}`, {}, { cause: error });
  }
}
