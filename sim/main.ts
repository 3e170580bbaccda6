/** The simulator's command line (`command.ts`). What failed is shrunk, and written to a file that replays it. */
import { huntAll } from "./canaries/index.ts";
import { type Command, Misuse, readCommand, usage } from "./command.ts";
import { replay } from "./replay.ts";
import { type Many, runMany } from "./run-many.ts";

try {
  process.exitCode = (await perform(readCommand(process.argv.slice(2), process.env["FABLEPOOL_SEED"]))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

/** True when every check held. */
async function perform(command: Command): Promise<boolean> {
  switch (command.do) {
    case "help":
      console.log(usage);
      return true;
    case "replay":
      return replay(command.script);
    case "canaries":
      return huntAll(command.seed);
    case "many":
      return command.store === "memory" ? runMany(command.many) : onPostgres(command.many);
  }
}

/** Loaded only then, with a server of its own. */
async function onPostgres(many: Many): Promise<boolean> {
  const { PostgresServer } = await import("../test/store/postgres-server.ts");
  const { runOnPostgres } = await import("./on-postgres.ts");
  const server = await PostgresServer.start();
  try {
    const database = await server.database("sim");
    return await runMany({ ...many, store: "postgres", run: (script, options) => runOnPostgres(script, database, options) });
  } finally {
    await server.stop();
  }
}
