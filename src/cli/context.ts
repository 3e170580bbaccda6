/** What every command is given: the home, the output, a signal for Ctrl-C, and how to open the device. */
import type { Command } from "commander";
import { type AskPassphrase, type Home, homeAt, type LockKind, type Node, openNode } from "../node/index.ts";
import { exitCodes, makeOutput, type Output, reportError } from "./output.ts";
import { givenSecret, secretFrom } from "./secrets.ts";
import { afterLoading } from "./v8.ts";

export interface Context {
  readonly home: Home;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly ask: AskPassphrase;
  /** The same, but gives what was given before: assistants' keys are locked as the device's is. */
  readonly askOnce: AskPassphrase;
  readonly options: GlobalOptions;
  /** As `ask`, but what was given with the command or in the environment alone: nobody is asked. */
  readonly given: AskPassphrase;
  /** Opens the device, and closes it when `work` is done, however it ends. */
  withNode<Result>(work: (node: Node) => Promise<Result>): Promise<Result>;
}

export interface GlobalOptions {
  readonly home?: string;
  readonly json?: boolean;
  readonly passphraseFile?: string;
  readonly passphraseCommand?: string;
  readonly keyFile?: string;
}

/** A command's action: returns the exit code, `done` when it returns nothing. */
export type Action = (context: Context, ...rest: never[]) => Promise<number | undefined>;

/** Registers an action that is given a `Context`, then commander's arguments. */
export function action<Arguments extends unknown[]>(
  command: Command,
  run: (context: Context, ...values: Arguments) => Promise<number | undefined>,
): void {
  command.action(async (...values: unknown[]) => {
    const options = command.optsWithGlobals() as GlobalOptions;
    let context: Context;
    try {
      context = makeContext(options);
    } catch (error) {
      process.exitCode = reportError(error, options.json === true);
      return;
    }
    try {
      process.exitCode = (await run(context, ...(values.slice(0, -1) as Arguments))) ?? exitCodes.done;
    } catch (error) {
      context.output.endProgress();
      process.exitCode = reportError(error, context.output.json);
    }
  });
}

function makeContext(options: GlobalOptions): Context {
  const home = homeAt(options.home);
  const stop = new AbortController();
  let pressed = false;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (pressed) process.exit(exitCodes.interrupted);
      pressed = true;
      stop.abort();
    });
  }
  const given = new Map<LockKind, string>();
  const ask: AskPassphrase = async (path, by) => {
    const secret = await secretFrom(options)(path, by);
    if (secret !== null) given.set(by, secret);
    return secret;
  };
  return {
    home,
    output: makeOutput(options.json === true),
    signal: stop.signal,
    ask,
    askOnce: async (path, by) => given.get(by) ?? ask(path, by),
    options,
    given: givenSecret(options),
    async withNode(work) {
      afterLoading();
      const node = await openNode(home, ask);
      try {
        return await work(node);
      } finally {
        await node.close();
      }
    },
  };
}

/** Resolves when the command is to end: on Ctrl-C, say. */
export function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true })));
}
