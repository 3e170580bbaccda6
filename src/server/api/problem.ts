/** What went wrong, as an answer: a status, a code of spec/errors.md, a sentence, and what to do about it where that is known. */
import { type ErrorCode, PoolError } from "../../core/errors.ts";
import { Refused } from "../refused.ts";
import type { Problem } from "./contract.ts";

const statusOf: Partial<Record<ErrorCode, number>> = {
  bad_request: 400,
  parse: 400,
  not_canonical: 400,
  usage: 400,
  key: 400,
  unauthorized: 403,
  role: 403,
  passphrase: 403,
  not_found: 404,
  home: 409,
  no_pool: 409,
  stale: 409,
  too_large: 413,
  rate: 429,
  network: 502,
  peer: 502,
  interrupted: 503,
};

const hints: Partial<Record<ErrorCode, string>> = {
  stale: "Sync with one of your other devices first.",
  role: "Do it on a device whose role allows it: `GET /api/devices` shows the roles.",
  rate: "Wait a second.",
};

export interface Answer {
  readonly status: number;
  readonly body: Problem;
}

/** What a person is told of a defect holds nothing of its cause: that goes to `onDefect`. */
export function problemOf(error: unknown, onDefect: (error: unknown) => void): Answer {
  if (!(error instanceof PoolError)) {
    onDefect(error);
    return answer(500, "internal", "something went wrong here that should not: it is a defect of this program");
  }
  if (error.code === "internal" || error.code === "storage") onDefect(error);
  const hint = error.details["hint"];
  const status = error instanceof Refused ? error.status : (statusOf[error.code] ?? 500);
  return answer(status, error.code, error.message, typeof hint === "string" ? hint : hints[error.code]);
}

function answer(status: number, code: string, message: string, hint?: string): Answer {
  return { status, body: { error: { code, message, ...(hint === undefined ? {} : { hint }) } } };
}
