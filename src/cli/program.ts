/** All commands and their help. Commands parse, call the node, and print; what they do is in `src/node`. */
import { Command } from "commander";
import { assistantCommands } from "./commands/assistant.ts";
import { backupCommands } from "./commands/backup.ts";
import { credentialCommands } from "./commands/credential.ts";
import { delegateCommands } from "./commands/delegate.ts";
import { deriveCommand } from "./commands/derive.ts";
import { deviceCommands } from "./commands/device.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { findCommand } from "./commands/find.ts";
import { forgetCommand } from "./commands/forget.ts";
import { foundCommands } from "./commands/found.ts";
import { grantCommands } from "./commands/grant.ts";
import { hostCommand } from "./commands/host.ts";
import { hubCommands } from "./commands/hub.ts";
import { importCommand } from "./commands/import.ts";
import { joinCommand } from "./commands/join.ts";
import { judgeCommands } from "./commands/judge.ts";
import { keyCommands } from "./commands/key.ts";
import { ledgerCommands } from "./commands/ledger.ts";
import { logCommands } from "./commands/log.ts";
import { mcpCommand } from "./commands/mcp.ts";
import { moveCommand } from "./commands/move.ts";
import { openCommand } from "./commands/open.ts";
import { openQuestionsCommands } from "./commands/open-questions.ts";
import { pairCommand } from "./commands/pair.ts";
import { recallCommand } from "./commands/recall.ts";
import { recoverCommand } from "./commands/recover.ts";
import { seeCommands } from "./commands/see.ts";
import { serveCommand } from "./commands/serve.ts";
import { statusCommands } from "./commands/status.ts";
import { syncCommand } from "./commands/sync.ts";
import { whyCommand } from "./commands/why.ts";
import { everyCommand, explainUsage, firstSteps, helpStyle } from "./help.ts";
import { exitCodes } from "./output.ts";

export const program = new Command("fablepool")
  .description("Memory that you own: signed operations on your own devices, and what follows from them.")
  .option("--home <folder>", "the home folder (default: $FABLEPOOL_HOME, else ~/.fablepool)")
  .option("--json", "print one JSON value instead of text")
  .option("--passphrase-file <file>", "read the key's passphrase from a file (else $FABLEPOOL_PASSPHRASE, else you are asked)")
  .option("--passphrase-command <command>", "or from what this program prints: a keychain's, say (else $FABLEPOOL_PASSPHRASE_COMMAND)")
  .option("--key-file <file>", "open a key that is locked by a file with this one (else $FABLEPOOL_KEY_FILE)")
  .version("0.1.0", "--version")
  .helpOption("-h, --help", "show help; `fablepool help <command>` explains one")
  .configureHelp(helpStyle)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCodes.usage))
  .addHelpText("after", firstSteps);

for (const register of [
  foundCommands,
  pairCommand,
  joinCommand,
  openCommand,
  importCommand,
  deriveCommand,
  seeCommands,
  recallCommand,
  findCommand,
  whyCommand,
  openQuestionsCommands,
  judgeCommands,
  forgetCommand,
  grantCommands,
  ledgerCommands,
  assistantCommands,
  mcpCommand,
  credentialCommands,
  delegateCommands,
  deviceCommands,
  keyCommands,
  serveCommand,
  syncCommand,
  hostCommand,
  moveCommand,
  backupCommands,
  recoverCommand,
  statusCommands,
  doctorCommand,
  logCommands,
  hubCommands,
]) {
  register(program);
}

for (const each of [program, ...everyCommand(program)]) explainUsage(each);
