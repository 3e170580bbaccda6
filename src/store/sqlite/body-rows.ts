/** Rows of `body`, many of them in one statement: a call for each costs more than SQLite's own work on it. */
import type { Driver } from "./driver.ts";

/** Each row's salt and payload stand one behind the other in ?2; where they begin, counted from 1, and how long the payload is, is a number: `spanOf`. */
const insertAll =
  "INSERT INTO body (n, salt, payload) SELECT ?1 + key, substr(?2, value >> 16, 16), " +
  "CAST(substr(?2, 16 + (value >> 16), value & 65535) AS TEXT) FROM json_each(?3)";

const saltBytes = 16;

/** Bytes that are put together for one statement. */
const enough = 1 << 18;

interface Pending {
  readonly salt: string;
  readonly payload: string;
  /** Of the payload, in UTF-8: at most `limits.payloadBytes`, which 16 bits have room for. */
  readonly bytes: number;
}

/** Rows to be added at the end of `body`, always (see `migrations/001-init.ts`). Nothing is written for sure before `end`. */
export class BodyRows {
  readonly #driver: Driver;
  #next: number;
  #pending: Pending[] = [];
  #bytes = 0;

  constructor(driver: Driver) {
    this.#driver = driver;
    this.#next = 1 + (driver.get("SELECT coalesce(max(n), 0) AS n FROM body")?.["n"] as number);
  }

  /** Returns the number that the row has. `salt` is hex. */
  add(salt: string, payload: string): number {
    const bytes = Buffer.byteLength(payload);
    if (this.#bytes + bytes > enough) this.end();
    this.#pending.push({ salt, payload, bytes });
    this.#bytes += saltBytes + bytes;
    return this.#next++;
  }

  end(): void {
    if (this.#pending.length === 0) return;
    const all = Buffer.allocUnsafe(this.#bytes);
    const spans: number[] = [];
    let at = 0;
    for (const { salt, payload, bytes } of this.#pending) {
      spans.push(spanOf(at, bytes));
      at += all.write(salt, at, "hex");
      at += all.write(payload, at);
    }
    this.#driver.run(insertAll, this.#next - this.#pending.length, all, JSON.stringify(spans));
    this.#pending = [];
    this.#bytes = 0;
  }
}

function spanOf(at: number, payloadBytes: number): number {
  return (at + 1) * 2 ** 16 + payloadBytes;
}
