/** Who may bring a pool: whoever has an invitation's token. The registry has its hash alone. */
import { hash } from "node:crypto";
import type { OpId } from "../../core/op/operation.ts";
import type { Hosted } from "../hub.ts";
import type { Row, Sql } from "./database.ts";

export interface Invitation {
  /** sha-256 of the token, in hex. */
  readonly token: string;
  readonly label: string;
  readonly role: Hosted["role"];
  readonly quota: Hosted["quota"];
  /** Milliseconds since the epoch. */
  readonly made: number;
  readonly expires: number;
  /** The pool that was brought by it, and when; null until then. */
  readonly used: { readonly at: number; readonly pool: OpId } | null;
}

export function hashOfToken(token: string): string {
  return hash("sha256", token, "hex");
}

export async function addInvitation(sql: Sql, { token, label, role, quota, made, expires }: Omit<Invitation, "used">): Promise<void> {
  const insert =
    "INSERT INTO invitation (token, label, role, quota_operations, quota_bytes, made, expires) VALUES (decode($1, 'hex'), $2, $3, $4, $5, $6, $7)";
  await sql.rows(insert, token, label, role, quota.operations, quota.bytes, made, expires);
}

export async function findInvitation(sql: Sql, token: string): Promise<Invitation | null> {
  const [row] = await sql.rows("SELECT * FROM invitation WHERE token = decode($1, 'hex')", token);
  return row === undefined ? null : invitationOf(row);
}

/** Takes an invitation that nobody used and that is not over; null when there is none. */
export async function takeInvitation(sql: Sql, token: string, pool: OpId, now: number): Promise<Invitation | null> {
  const update = "UPDATE invitation SET used = $3, pool = $2 WHERE token = decode($1, 'hex') AND used IS NULL AND expires > $3 RETURNING *";
  const [row] = await sql.rows(update, token, pool, now);
  return row === undefined ? null : invitationOf(row);
}

/** Newest first, those that were used or are over too. */
export async function listInvitations(sql: Sql, limit: number): Promise<Invitation[]> {
  return (await sql.rows("SELECT * FROM invitation ORDER BY made DESC, token LIMIT $1", limit)).map(invitationOf);
}

function invitationOf(row: Row): Invitation {
  const [used, pool] = [row["used"] as number | null, row["pool"] as OpId | null];
  return {
    token: row["token"] as string,
    label: row["label"] as string,
    role: row["role"] as Hosted["role"],
    quota: { operations: row["quota_operations"] as number | null, bytes: row["quota_bytes"] as number | null },
    made: row["made"] as number,
    expires: row["expires"] as number,
    used: used === null || pool === null ? null : { at: used, pool },
  };
}
