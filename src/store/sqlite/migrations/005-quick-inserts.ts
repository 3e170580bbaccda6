/**
 * A log that is quicker to write. A trigger on INSERT makes SQLite keep, for each row, a copy of every page that the row changes, in case it
 * is refused half-way: a fifth of what an operation took. What these two refused but REPLACE is refused by keys anyway, and REPLACE removes rows
 * before it puts others in their place: with `recursive_triggers`, which the connection that writes has (`open.ts`), it meets the triggers on
 * DELETE. Of programs that open the file without it nothing but REPLACE is not refused, nor that they drop the triggers.
 */
export const quickInserts = `
DROP TRIGGER op_new;
DROP TRIGGER body_new;
`;
