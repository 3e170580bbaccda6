/** False of a rationale that only lists what the claim was derived from: that is shown as what it is. */
export function tellsMore(rationale: string): boolean {
  return rationale !== "" && !rationale.startsWith("because of ");
}
