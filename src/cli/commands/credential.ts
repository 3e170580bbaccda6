import { readFileSync, statSync } from "node:fs";
import type { Command } from "commander";
import { credentialContexts, verifyCredential } from "../../core/capability/credential.ts";
import { parseJson } from "../../core/codec/parse.ts";
import { PoolError } from "../../core/errors.ts";
import { limits } from "../../core/limits.ts";
import type { Json, JsonObject } from "../../core/ports.ts";
import { credentialDaysDefault, issueClaimCredential, nativeCrypto, resolveId, system, systemWords } from "../../node/index.ts";
import { action } from "../context.ts";
import { exitCodes } from "../output.ts";
import { claimSentence, oneLine, timeText } from "../text.ts";
import { toTime } from "../values.ts";
import { writeNew } from "../write-new.ts";

/** `credential issue` and `credential verify`. */
export function credentialCommands(program: Command): void {
  const credential = program
    .command("credential")
    .summary("claims as W3C Verifiable Credentials")
    .description(
      "A claim as a W3C Verifiable Credential 2.0 with a Data Integrity proof (eddsa-jcs-2022): whoever has a verifier of such can\n" +
        "check it without this software. It holds the claim and nothing of what it rests on.",
    );
  issueCommand(credential);
  verifyCommand(credential);
}

function issueCommand(credential: Command): void {
  const command = credential
    .command("issue")
    .summary("vouch for one claim")
    .description(
      "Signs an active claim as this device, whose did:key is the issuer. What is given can't be taken back, not by refuting the\n" +
        `claim either: so it ends, after ${credentialDaysDefault} days unless --until says otherwise, and never later than the claim's own validity.`,
    )
    .argument("<claim>", "the claim")
    .option("--until <date>", "when it ends to be valid", toTime)
    .option("--out <file>", "write it to a file instead of printing it");
  action<[string, { until?: number; out?: string }]>(command, async ({ output, withNode }, text, { until, out }) => {
    const issued = await withNode(async (node) => issueClaimCredential(node, await resolveId(node.replica, text), until));
    const words = JSON.stringify(issued, null, 2);
    if (out === undefined) output.result(issued, words);
    else {
      writeNew(out, `${words}\n`);
      output.result({ file: out, credential: issued }, `wrote the credential to ${out}`);
    }
    output.note(`valid until ${String(issued["validUntil"])}; it can't be taken back before`);
    return undefined;
  });
}

function verifyCommand(credential: Command): void {
  const command = credential
    .command("verify")
    .summary("check a credential that somebody gave")
    .description(
      "Checks form, contexts, proof, issuer and validity, and needs no pool. Exit code 0: it holds, by the word of the key that is\n" +
        "shown. 1: it does not; `code` in --json says which rule (see spec/08-credentials.md). Whose key that is you have to know\n" +
        "from elsewhere, and whether they still stand by it no credential can show.",
    )
    .argument("<file>", "the credential")
    .option("--context <url...>", "contexts whose words you know, beside those of our own credentials", []);
  action<[string, { context: string[] }]>(command, async ({ output }, path, { context }) => {
    const verdict = verifyCredential(nativeCrypto, readCredential(path), {
      now: system.clock(),
      contexts: [...credentialContexts, ...context],
    });
    if ("code" in verdict) {
      output.result({ holds: false, ...verdict }, `it does not hold: ${oneLine(verdict.reason, 300)}`);
      return exitCodes.partly;
    }
    const about = verdict.credential["credentialSubject"] as JsonObject;
    const said = typeof about["predicate"] === "string" ? claimSentence(about) : oneLine(JSON.stringify(about), 200);
    const until = verdict.validUntil === null ? "" : `\n  until ${timeText(verdict.validUntil)}`;
    output.result({ holds: true, ...verdict }, `it holds: "${said}"\n  by the word of ${verdict.issuer}${until}`);
    return exitCodes.done;
  });
}

function readCredential(path: string): Json {
  let text: string;
  try {
    if (statSync(path).size > limits.credentialBytes) throw new PoolError("too_large", `${path} is over ${limits.credentialBytes} bytes`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof PoolError) throw error;
    throw new PoolError("not_found", `can't read ${path}: ${systemWords(error)}`, {}, { cause: error });
  }
  try {
    return parseJson(text, { maxDepth: limits.messageDepth });
  } catch (error) {
    throw new PoolError("parse", `${path} is no credential: ${systemWords(error)}`, {}, { cause: error });
  }
}
