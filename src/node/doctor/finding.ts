/** What the doctor says of a home. */

export interface Finding {
  /** Which check it is of, for programs. */
  readonly check: string;
  /** `fine`; `advice`, of what might be better; `wrong`, what keeps the home from being safe or from working. */
  readonly level: "fine" | "advice" | "wrong";
  /** In a sentence without a full stop. */
  readonly says: string;
  /** What to do about it. */
  readonly todo?: string;
  /** Mends it; there only where mending can't lose anything. */
  readonly mend?: () => void;
}

export const fine = (check: string, says: string): Finding => ({ check, level: "fine", says });
export const advice = (check: string, says: string, todo: string): Finding => ({ check, level: "advice", says, todo });
export const wrong = (check: string, says: string, todo: string): Finding => ({ check, level: "wrong", says, todo });

export const dayMs = 86_400_000;

/** A time that has passed, in days. */
export function daysText(ms: number): string {
  const days = Math.floor(ms / dayMs);
  return days === 0 ? "less than a day" : days === 1 ? "a day" : `${days} days`;
}
