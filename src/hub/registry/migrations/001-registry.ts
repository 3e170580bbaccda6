/**
 * The registry's first schema: which pools a hub hosts, who may bring one, and which requests came.
 *
 * The nonces are of use for minutes, so their tables are not logged: what a crash of the server may take is a table that is
 * empty afterwards, and then `nonce_since` is empty too, which tells that what came before is forgotten.
 */
import type { Migration } from "../../../store/postgres/index.ts";

const tables = `
CREATE TABLE hosted (
  pool text COLLATE "C" PRIMARY KEY,
  did text COLLATE "C" NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('mirror', 'full')),
  state text NOT NULL CHECK (state IN ('joining', 'active', 'suspended', 'leaving')),
  registrant text COLLATE "C" NOT NULL,
  label text NOT NULL,
  notice text NOT NULL DEFAULT '',
  quota_operations bigint,
  quota_bytes bigint,
  since bigint NOT NULL
);
CREATE INDEX hosted_state ON hosted (state, pool);
CREATE TABLE invitation (
  token bytea PRIMARY KEY,
  label text NOT NULL,
  role text NOT NULL CHECK (role IN ('mirror', 'full')),
  quota_operations bigint,
  quota_bytes bigint,
  made bigint NOT NULL,
  expires bigint NOT NULL,
  used bigint,
  pool text COLLATE "C"
);
CREATE INDEX invitation_pool ON invitation (pool);
CREATE UNLOGGED TABLE nonce (
  pool text COLLATE "C" NOT NULL, hash bytea NOT NULL, until bigint NOT NULL, PRIMARY KEY (pool, hash)
);
CREATE INDEX nonce_until ON nonce (until);
CREATE UNLOGGED TABLE nonce_since (one boolean PRIMARY KEY CHECK (one), since bigint NOT NULL);
`;

export const registry: Migration = { oldest: 1, steps: [{ sql: tables }] };
