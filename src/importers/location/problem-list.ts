import type { ImportProblem } from "../importer.ts";

/** Problems of one kind that are told one by one; the others are counted. */
const toldMax = 10;

/** The problems of a file in which one mistake may be made ten thousand times. */
export class ProblemList {
  readonly #positions = new Map<string, { readonly told: string[]; more: number }>();

  add(position: string, reason: string): void {
    const known = this.#positions.get(reason);
    if (known === undefined) this.#positions.set(reason, { told: [position], more: 0 });
    else if (known.told.length < toldMax) known.told.push(position);
    else known.more += 1;
  }

  *items(): Generator<{ readonly problem: ImportProblem }> {
    for (const [reason, { told, more }] of this.#positions) {
      for (const position of told) yield { problem: { position, reason } };
      if (more > 0) yield { problem: { position: "", reason: `${more} more of them: ${reason}` } };
    }
  }
}
