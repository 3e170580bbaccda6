import type { Command } from "commander";
import { statusOf, verifyReplica } from "../../node/index.ts";
import { action } from "../context.ts";
import { forkWords, removedWords, restoredWords } from "../device-text.ts";
import { exitCodes } from "../output.ts";
import { counted, table } from "../text.ts";
import { verifyFile } from "./why.ts";

/** `status` and `verify`. */
export function statusCommands(program: Command): void {
  const status = program
    .command("status")
    .summary("this device at a glance")
    .description("Shows this device, its pool, what it holds, and the digest of the claim view: equal digests, equal views.");
  action<[]>(status, async ({ output, withNode }) => {
    const is = await withNode(statusOf);
    const rows = [
      ["home", is.home],
      ["device", `${is.device}${is.name ? ` (${is.name})` : ""}, ${is.role ?? "no device of a pool yet"}`],
      ["pool", is.pool ?? "none yet"],
      ["log", `${counted(is.operations, "operation")}, ${counted(is.heads.length, "head")}, lamport ${is.lamport}`],
      ["memory", `${counted(is.claims, "claim")}, ${counted(is.evidence, "item")} of evidence`],
      ["view", is.view],
      ...is.peers.map(({ url, node }) => ["peer", `${url} ${node ?? ""}`]),
      ...is.hubs.map(({ url, node }) => ["hub", `${url} ${node}`]),
      ...is.forked.map((did) => ["COPIED", forkWords(did, did === is.device)]),
      ...(is.incomplete > 0 ? [["waiting", `${counted(is.incomplete, "operation")} without its payload`]] : []),
      ...(is.unproven ? [["restored", restoredWords]] : []),
      ...(is.removed ? [["REMOVED", removedWords(is.removed)]] : []),
    ];
    output.result(is, table(rows));
    return undefined;
  });

  const verify = program
    .command("verify")
    .summary("prove this store from scratch")
    .description(
      "Checks every operation again (form, hashes, signatures, causal order, who may write) and builds the claim view anew beside\n" +
        "the store. With a file: checks a bundle that `fablepool why --bundle` wrote, which needs no pool here.\n" +
        "Exit code 0: all of it holds. 1: something does not, named line by line.",
    )
    .argument("[bundle]", "a file that `fablepool why --bundle` wrote");
  action<[string | undefined]>(verify, async ({ home, output, signal, withNode }, bundle) => {
    if (bundle !== undefined) return verifyFile(output, bundle);
    const verdict = await withNode((node) =>
      verifyReplica(home, node.replica, {
        signal,
        onProgress: ({ done, of }) =>
          output.progress(`${done.toLocaleString("en")} of ${counted(of, "operation")}`, done / Math.max(1, of)),
      }),
    );
    for (const fault of verdict.faults) output.problem(fault);
    const all = `${counted(verdict.operations, "operation")} verified, the view is the one they give (${verdict.viewDigest})`;
    output.result(
      verdict,
      verdict.faults.length === 0 ? all : `${counted(verdict.faults.length, "fault")} in ${counted(verdict.operations, "operation")}`,
    );
    return verdict.faults.length === 0 ? exitCodes.done : exitCodes.partly;
  });
}
