import assert from "node:assert/strict";

const secondsMax = 5;

/** Does the work and fails when it took more than seconds of the processor: not of the clock, for other programs may have it too. */
export function withinSeconds<Result>(what: string, work: () => Result): Result {
  const before = process.cpuUsage();
  const result = work();
  assertQuick(what, before);
  return result;
}

/** The same for work that has to wait. */
export async function withinSecondsInTime<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.cpuUsage();
  const result = await work();
  assertQuick(what, before);
  return result;
}

function assertQuick(what: string, before: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1_000_000;
  assert.ok(seconds < secondsMax, `${what} took ${seconds.toFixed(1)} s`);
}
