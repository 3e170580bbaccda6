/** The numbers by which proofs are asked to run longer, or to run again. */

const lowestOf: Readonly<Record<string, number>> = { FABLEPOOL_RUNS: 1, FABLEPOOL_SEED: 0 };

/** What is wrong with them, in a line; null when nothing is. Of a number that is none a proof runs nothing, and passes. */
export function faultOfNumbers(environment: Readonly<Record<string, string | undefined>>): string | null {
  for (const [name, lowest] of Object.entries(lowestOf)) {
    const text = environment[name];
    const fault = text === undefined ? null : faultOfNumber(name, text, lowest);
    if (fault !== null) return fault;
  }
  return null;
}

/** The same of one: `text` stands for `name`. */
export function faultOfNumber(name: string, text: string, lowest: number): string | null {
  const isRight = /^[0-9]+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= lowest;
  return isRight ? null : `${name} must be a whole number from ${lowest} on, not ${JSON.stringify(text)}`;
}
