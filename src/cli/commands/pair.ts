import { type Command, Option } from "commander";
import { PoolError } from "../../core/errors.ts";
import { shownCode } from "../../core/pair/code.ts";
import type { Proven } from "../../core/pair/inviter.ts";
import { type Inviting, type Node, wordsOf } from "../../node/index.ts";
import type { ShownPairing } from "../../server/index.ts";
import { agree } from "../agree.ts";
import { action, type Context, ended } from "../context.ts";
import { serverRoom } from "../rooms.ts";
import { oneLine } from "../text.ts";
import { toPort } from "../values.ts";

interface PairOptions {
  readonly role: string;
  readonly host?: string;
  readonly port?: number;
  readonly yes?: boolean;
}

/** `pair`: takes another device in by a code that is shown here. */
export function pairCommand(program: Command): void {
  const command = program
    .command("pair")
    .summary("add another device: shows a code, and a QR code, to join by")
    .description(
      "Shows ten digits, and the same as a QR code, and waits for the new device to come with them (`fablepool join <digits>`). Then both\n" +
        "show three words: say yes when they are the same. The code is good for ten minutes, for one device and for five attempts.\n" +
        "Meanwhile this device is reached over your network, encrypted; elsewhere only with --host. It ends by itself when the new device\n" +
        "has everything.",
    )
    .addOption(
      new Option("--role <role>", "full: everything; mirror: holds and serves everything, writes nothing")
        .choices(["full", "mirror"])
        .default("full"),
    )
    .option("--host <address>", "the address to listen at (default: every network of this machine)")
    .option("--port <number>", "the port (default: 7411, or another when that is taken)", toPort)
    .option("--yes", "add whoever has the code, without comparing the words (for scripts)");
  action<[PairOptions]>(command, (context, options) => {
    if (!options.yes && !process.stdin.isTTY)
      throw new PoolError(
        "usage",
        "nobody is here to compare the words: run this at a terminal, or with --yes to add whoever has the code",
      );
    return context.withNode(async (node) => {
      const shown = await show(context, node, options);
      try {
        return await attend(context, shown.inviting, options);
      } finally {
        await shown.close();
      }
    });
  });
}

/** Serves this node, with the code beside it, and shows where. */
async function show({ output }: Context, node: Node, { role, host, port }: PairOptions): Promise<ShownPairing> {
  const { showPairing } = await serverRoom();
  const shown = await showPairing(node, { role, host, port });
  const { inviting, link, url, announced } = shown;
  output.result(
    { code: inviting.code, link, url, node: node.writer.did, expires_at: inviting.expiresAt, announced },
    await invitationWords(inviting.code, { link, url, isFound: announced }),
  );
  return shown;
}

async function invitationWords(
  code: string,
  at: { readonly link: string; readonly url: string; readonly isFound: boolean },
): Promise<string> {
  const { renderUnicodeCompact } = await import("uqr");
  const qr = renderUnicodeCompact(at.link, { border: 2, ecc: "L" });
  const typed = `fablepool join ${shownCode(code)}${at.isFound ? "" : ` --url ${at.url}`}`;
  return `On the new device:\n\n    ${typed}\n\nor scan this, which says the same (${at.url}):\n\n${inBlackAndWhite(qr)}\n`;
}

/** Dark on light, whatever the terminal's colours are: not every scanner takes the opposite. */
function inBlackAndWhite(qr: string): string {
  if (!process.stdout.isTTY) return qr;
  return qr
    .split("\n")
    .map((line) => `\u001b[97;40m${line}\u001b[0m`)
    .join("\n");
}

/** Waits for the new device, asks the person, adds it, and stays until it has everything. */
async function attend(context: Context, inviting: Inviting, options: PairOptions): Promise<number | undefined> {
  const { output, signal } = context;
  const stopped = ended(signal).then(() => null);
  output.note("The code is good for ten minutes. Waiting for the new device; Ctrl-C ends it.");
  const asking = await Promise.race([inviting.asking, stopped]);
  if (asking === null) throw new PoolError("interrupted", "interrupted: no device was added");
  const called = oneLine(asking.name, 64) || "the new device";
  let isWanted = false;
  try {
    isWanted = await agreed(context, asking, called, options);
  } finally {
    if (!isWanted) {
      await inviting.decide(false);
      await Promise.race([inviting.heardNo, new Promise((resolve) => setTimeout(resolve, refusalMs))]);
    }
  }
  if (!isWanted) throw new PoolError("unauthorized", `${called} was not added. If it is not a device of yours, someone saw the code`);
  const op = await inviting.decide(true);
  output.note(`Added ${called} as ${options.role}; it takes the pool over now …`);
  const synced = await Promise.race([inviting.synced.then(() => true), stopped]);
  if (synced === null) output.problem("interrupted before it had everything: it is added, and `fablepool sync` there goes on");
  output.result({ op, key: asking.key, name: asking.name, role: options.role }, `${called} is in your pool (${asking.key})`);
  output.note("From now on: `fablepool serve --host 0.0.0.0 --tls` on one of the two, `fablepool sync` on the other.");
  return undefined;
}

async function agreed({ output }: Context, { words }: Proven, called: string, { yes }: PairOptions): Promise<boolean> {
  output.note(`${called} has the code. Both devices must show the same words:\n\n    ${wordsOf(words).join("   ")}\n`);
  if (yes) return true;
  return agree(`Does ${called} show exactly these three words?`, "nobody is here to compare the words");
}

/** Milliseconds in which a device that was refused hears it, if it still listens. */
const refusalMs = 2_000;
