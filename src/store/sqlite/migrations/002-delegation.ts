/**
 * Delegation. A slice is found by predicate, and by nothing else that grows with the pool; what speaks of a grant, and what
 * a grantee has, are found by references and by key. A row of `grantee` outlives its grant's payload (section 8: of a redacted
 * grant a node keeps id and grantee).
 *
 * A log may hold such operations from before this version knew them. What SQL can't tell of their form is told when they are
 * read. Kinds 6, 7 and 8 of a reference are revokes, accesses and receipts.
 */
export const delegation = `
CREATE INDEX claim_predicate ON claim (predicate, status);

CREATE TABLE grantee (n INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, did TEXT NOT NULL, expires INTEGER NOT NULL);
CREATE INDEX grantee_did ON grantee (did);

INSERT INTO grantee (id, did, expires)
SELECT op.id, payload ->> '$.grantee', payload ->> '$.expires_at' FROM op JOIN body ON body.n = op.body
WHERE op.type = 'cap_grant' AND json_type(payload, '$.grantee') = 'text' AND json_type(payload, '$.expires_at') = 'integer'
ORDER BY op.n;

INSERT INTO ref
SELECT op.id, CASE op.type WHEN 'cap_revoke' THEN 6 WHEN 'cap_access' THEN 7 ELSE 8 END, unhex(substr(payload ->> '$.grant', 4))
FROM op JOIN body ON body.n = op.body
WHERE op.type IN ('cap_revoke', 'cap_access', 'cap_receipt') AND json_type(payload, '$.grant') = 'text'
  AND length(payload ->> '$.grant') = 67 AND payload ->> '$.grant' GLOB 'op:*' AND substr(payload ->> '$.grant', 4) NOT GLOB '*[^0-9a-f]*'
ORDER BY op.n;
`;
