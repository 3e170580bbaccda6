/**
 * Lists of claims for people: the newest of some statuses, of all predicates or a few. Both indexes hold what a list is chosen and
 * counted by, so that a page costs what it shows, and counting reads no claim.
 */
export const claimLists = `
DROP INDEX claim_predicate;
CREATE INDEX claim_predicate ON claim (predicate, status, lamport);
CREATE INDEX claim_status ON claim (status, lamport);
`;
