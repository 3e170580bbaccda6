/** How help reads: paragraphs in the terminal's width, examples as they are written. */
import { type Argument, type Command, Help, type HelpConfiguration } from "commander";

export const helpStyle: HelpConfiguration = {
  sortSubcommands: false,
  showGlobalOptions: true,
  minWidthToWrap: 24,
  /** Without `[options]`: nearly every command has some, and the words need the room. */
  subcommandTerm: (command: Command) => [command.name(), ...command.registeredArguments.map(bracketed)].join(" "),
  boxWrap: inWidth,
};

/** More about a command, below its options. */
export function addWords(command: Command, words: string): void {
  command.addHelpText("after", ({ error }) => `\n${inWidth(words, (error ? process.stderr : process.stdout).columns ?? 80)}`);
}

/** Every command below `command`, and those below them. */
export function everyCommand(command: Command): Command[] {
  return command.commands.flatMap((each) => [each as Command, ...everyCommand(each as Command)]);
}

/** After a mistake of usage: whose help says how it is meant. With `--json` the mistake is a value like every error. */
export function explainUsage(command: Command): void {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent as Command | null) names.unshift(at.name());
  const how = `(\`${names.join(" ")} --help\` shows what there is)`;
  const isJson = () => process.argv.includes("--json");
  command.showHelpAfterError(how);
  command.configureOutput({
    writeErr: (text) => void (isJson() && text.trim() === how ? null : process.stderr.write(text)),
    outputError(text, write) {
      const message = text.trim().replace(/^error: /, "");
      write(isJson() ? `${JSON.stringify({ error: { code: "usage", message } })}\n` : text);
    },
  });
}

function bracketed(argument: Argument): string {
  const words = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${words}>` : `[${words}]`;
}

/** Paragraphs flow anew, however long their lines are in the source code; an indented line is an example and stays. */
function inWidth(text: string, width: number): string {
  const flowing = text.replace(/^(\S.*)\n(?=\S)/gm, "$1 ");
  const lines = flowing.split("\n");
  return lines.map((line) => (line.startsWith(" ") ? line : plain.boxWrap(line, width))).join("\n");
}

const plain = new Help();
plain.minWidthToWrap = 24;

export const firstSteps = `
A first session:
  fablepool init --name phone              found a pool; 24 words are its root
  fablepool import ~/Calendar.ics ~/Notes  take in your own files as evidence
  fablepool claim self place.home "Lyon"   say something yourself
  fablepool claims                         what is believed, and how sure it is
  fablepool why <id>                       where it comes from
  fablepool refute <id>                    say it is wrong; \`undo\` takes it back

A second device:
  phone$  fablepool pair                   shows ten digits, and a QR code
  laptop$ fablepool join 48-2109-3755      then compare three words
  phone$  fablepool serve --host 0.0.0.0 --tls
  laptop$ fablepool sync                   whenever you like

For the day after:
  fablepool backup /media/stick/pool.age   sealed for your recovery phrase
  fablepool recover --backup <file>        a new device, by your phrase

A slice for someone else:
  fablepool grant preview --predicate 'schedule.*'    what it would show
  fablepool grant give <did> --predicate 'goal.*' --purpose training --for 90d
  fablepool ledger                         who read what, and what they owe
  fablepool revoke <grant>                 end it

An assistant:
  fablepool assistant add claude --allow 'place.*'    what its program needs
  fablepool questions                      what it proposes
  fablepool assistant remove claude        end it

Ids may be shortened to their first digits (op:1a2b, or just 1a2b).

Exit codes:
  0  done                         5    network or peer
  1  done, but some of it failed  6    this device may not do that
  2  usage                        7    storage
  3  home, pool or passphrase     70   a defect
  4  not found                    130  interrupted`;
