/** The token that the operators' API asks for: in a file for its owner alone. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { PoolError } from "../../core/errors.ts";
import { adminLimits } from "./admin-limits.ts";

/** Throws `PoolError("home")` when there is none, when others than its owner and group may read it, or when it can be guessed. */
export function readAdminToken(path: string): string {
  if (!existsSync(path)) throw new PoolError("home", `there is no token at ${path}: openssl rand -hex 32 > ${path}; chmod 600 ${path}`);
  if ((statSync(path).mode & 0o027) !== 0) throw new PoolError("home", `others may read or change ${path}: chmod 600 ${path}`);
  const token = readFileSync(path, "utf8").trim();
  const { tokenMin, tokenMax } = adminLimits;
  if (token.length < tokenMin || token.length > tokenMax || !/^[\w.~+/=-]+$/.test(token)) {
    throw new PoolError("home", `${path} should hold one token of ${tokenMin} to ${tokenMax} letters and digits: openssl rand -hex 32`);
  }
  return token;
}
