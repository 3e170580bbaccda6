import { type ErrorCode, PoolError } from "../core/errors.ts";
import type { JsonObject } from "../core/ports.ts";

/** A request that is answered with an HTTP status other than 200, before or instead of the handler. */
export class Refused extends PoolError {
  readonly status: number;
  /** Members beside `type`, `error` and `code`. */
  readonly more: JsonObject;

  constructor(status: number, code: ErrorCode, message: string, more: JsonObject = {}) {
    super(code, message);
    this.status = status;
    this.more = more;
  }
}
