/**
 * Which server, and which of its histories, a connection leads to. A store that was brought back to an earlier state answers as if
 * nothing had happened: what a process remembers of it would be wrong, and a key that wrote there would write twice (section 4).
 * PostgreSQL tells: a restored cluster, and a stand-by that took over, go on on another timeline; a dump becomes another database. A
 * copy of the disk as it was does not show, and is for its operator to tell.
 */
import type pg from "pg";
import { PoolError } from "../../core/errors.ts";
import { codeOf } from "./failures.ts";

const sql = `SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE concat_ws('.',
  (SELECT system_identifier FROM pg_control_system()), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
  (SELECT oid FROM pg_database WHERE datname = current_database())) END AS identity`;

/** Of servers that do not tell, or not to this role. */
const untold = "untold";

async function identityOf(client: pg.ClientBase): Promise<string | null> {
  try {
    return ((await client.query(sql)).rows[0] as { identity: string | null }).identity;
  } catch (error) {
    if (["42501", "42883", "0A000", "58P01"].includes(codeOf(error))) return untold;
    throw error;
  }
}

export class ServerIdentity {
  readonly #address: string;
  readonly #onReplaced: () => void;
  #known: string | null = null;
  #replaced = false;

  constructor(address: string, onReplaced: () => void) {
    this.#address = address;
    this.#onReplaced = onReplaced;
  }

  /** Null before the first connection. */
  get known(): string | null {
    return this.#known;
  }

  /** Looks at a new connection. Rejects with `PoolError("storage")` when it leads elsewhere than the first one did. */
  async check(client: pg.ClientBase): Promise<void> {
    const identity = await identityOf(client);
    if (identity === null) throw this.#refusal("it is a stand-by, or still being restored");
    this.#known ??= identity;
    if (identity === this.#known) return;
    if (!this.#replaced) {
      this.#replaced = true;
      this.#onReplaced();
    }
    throw this.#refusal("it was restored, or another server took over: end this process, and start it again");
  }

  #refusal(why: string): PoolError {
    return new PoolError("storage", `the store at ${this.#address}: ${why}`, { address: this.#address });
  }
}
