/** Midnight of the day as if it were UTC, ms since the epoch. Months count from 1; a day outside the month runs on. */
export function dayStart(year: number, month: number, day: number): number {
  // Not Date.UTC, which moves the years 0 to 99 to 1900.
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

export function daysInMonth(year: number, month: number): number {
  return new Date(dayStart(year, month + 1, 0)).getUTCDate();
}
