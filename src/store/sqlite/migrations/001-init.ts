/**
 * The first schema. Ids are 32 raw bytes in rowid tables (2.5 times the insert rate of text keys). `op` is append-only by
 * trigger: only `body` changes. It is the number of the payload, NULL without one, or 0 when it was erased.
 *
 * Payloads have a table of their own, whose rows are only ever added at its end and overwritten where they stand. SQLite
 * copies rows from page to page when others between them grow, shrink or go, and leaves the old copies in the gaps, even
 * under `secure_delete`: then what is erased would live on there.
 *
 * The search index holds no text, only words of at most 11 bytes, and is made to take them out at once (`secure-delete`)
 * instead of when its segments are merged.
 */
export const init = `
CREATE TABLE local (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE author (n INTEGER PRIMARY KEY, did TEXT NOT NULL UNIQUE);

CREATE TABLE op (
  n INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  author INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  lamport INTEGER NOT NULL,
  past INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  type TEXT NOT NULL,
  prev BLOB NOT NULL,
  payload_hash BLOB NOT NULL,
  sig BLOB NOT NULL,
  batch BLOB,
  body INTEGER
);
CREATE UNIQUE INDEX op_chain ON op (chain, seq);
CREATE INDEX op_incomplete ON op (id) WHERE body IS NULL;
CREATE INDEX op_type ON op (type, lamport);

-- By these REPLACE, which fires no DELETE trigger, is refused too.
CREATE TRIGGER op_new BEFORE INSERT ON op
WHEN EXISTS (SELECT 1 FROM op WHERE n = new.n OR id = new.id) OR EXISTS (SELECT 1 FROM op WHERE chain = new.chain AND seq = new.seq)
BEGIN SELECT RAISE(ABORT, 'the operation is in the store already'); END;
CREATE TRIGGER op_kept BEFORE DELETE ON op BEGIN SELECT RAISE(ABORT, 'operations are never deleted'); END;
CREATE TRIGGER op_fixed BEFORE UPDATE ON op
WHEN NOT (
  new.n = old.n AND new.id = old.id AND new.author = old.author AND new.chain = old.chain AND new.seq = old.seq
  AND new.lamport = old.lamport AND new.past = old.past AND new.ts = old.ts AND new.type = old.type
  AND new.prev = old.prev AND new.payload_hash = old.payload_hash AND new.sig = old.sig AND new.batch IS old.batch
  AND (
    (old.body IS NULL AND new.body IS NOT NULL) OR (old.body > 0 AND new.body IS 0) OR (old.body IS 0 AND new.body IS NULL)
  )
)
BEGIN SELECT RAISE(ABORT, 'operations never change'); END;

CREATE TABLE body (n INTEGER PRIMARY KEY, salt BLOB NOT NULL, payload TEXT NOT NULL);
CREATE TRIGGER body_new BEFORE INSERT ON body WHEN EXISTS (SELECT 1 FROM body WHERE n = new.n)
BEGIN SELECT RAISE(ABORT, 'payloads never change'); END;
CREATE TRIGGER body_kept BEFORE DELETE ON body BEGIN SELECT RAISE(ABORT, 'payloads are overwritten, not deleted'); END;
CREATE TRIGGER body_fixed BEFORE UPDATE ON body
WHEN NOT (
  new.n = old.n AND new.salt = zeroblob(16) AND octet_length(new.payload) = octet_length(old.payload)
  AND new.payload NOT GLOB '*[^0]*'
)
BEGIN SELECT RAISE(ABORT, 'payloads never change'); END;

CREATE TABLE head (op INTEGER PRIMARY KEY);

CREATE TABLE chain (
  n INTEGER PRIMARY KEY, author TEXT NOT NULL, parent INTEGER NOT NULL, parent_seq INTEGER NOT NULL,
  tip BLOB NOT NULL, tip_seq INTEGER NOT NULL, tip_lamport INTEGER NOT NULL
);
CREATE TABLE past (n INTEGER PRIMARY KEY, bases TEXT NOT NULL, added BLOB NOT NULL);
CREATE TABLE control (
  id BLOB PRIMARY KEY, type TEXT NOT NULL, author TEXT NOT NULL, seq INTEGER NOT NULL, lamport INTEGER NOT NULL,
  chain INTEGER NOT NULL, key TEXT NOT NULL, role TEXT NOT NULL, last_chain INTEGER, last_seq INTEGER
);

CREATE TABLE ref (source BLOB NOT NULL, kind INTEGER NOT NULL, target BLOB NOT NULL);
CREATE INDEX ref_target ON ref (target, kind, source);
CREATE INDEX ref_source ON ref (source);

CREATE TABLE claim (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, author TEXT NOT NULL, lamport INTEGER NOT NULL,
  statement BLOB NOT NULL, topic BLOB NOT NULL, predicate TEXT NOT NULL, underived INTEGER NOT NULL,
  valid_from INTEGER, valid_until INTEGER, corrects BLOB, object BLOB NOT NULL, status INTEGER NOT NULL
);
CREATE INDEX claim_statement ON claim (statement);
CREATE INDEX claim_topic ON claim (topic);

-- Of a key that is spread evenly its first bytes tell nearly all rows apart: a third of the pages to write for each batch.
CREATE TABLE evidence (op INTEGER PRIMARY KEY, source BLOB NOT NULL);
CREATE INDEX evidence_source ON evidence (substr(source, 1, 8));

-- What FTS5 must be given again to forget a row: overwritten where it stands, like a payload.
CREATE TABLE search_words (n INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE search_row (n INTEGER PRIMARY KEY, op INTEGER NOT NULL UNIQUE, claim INTEGER, at INTEGER);
CREATE INDEX search_row_at ON search_row (at);
CREATE VIRTUAL TABLE search USING fts5 (title, people, place, text, dates, kind, content = '', tokenize = "ascii tokenchars '~_'");
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search (search, rank) VALUES ('rank', 'bm25(4.0, 3.0, 2.0, 1.0, 1.0, 0.5)');
CREATE VIRTUAL TABLE search_word USING fts5vocab (search, row);

CREATE TABLE rejected (n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, reason TEXT NOT NULL);
`;
