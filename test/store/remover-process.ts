/** A process that removes a pool: `node remover-process.ts <address> <name>`. */
import { openPostgres } from "../../src/store/postgres/index.ts";

const [url = "", name = ""] = process.argv.slice(2);
const database = await openPostgres(url);
await database.remove(name);
await database.close();
