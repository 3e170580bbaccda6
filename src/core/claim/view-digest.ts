/** The view digest (section 6): equal digests, equal views. */
import type { OpId } from "../op/operation.ts";

/**
 * Writes the text whose SHA-256, after `sha256:`, is the digest: JCS of the list of `[op_id, status]`, sorted by id, over
 * all claims. Pages come in order; what `page` returns is hashed one after the other, then what `end` returns.
 */
export class ViewDigestText {
  #before = "[";

  page(sorted: readonly { readonly id: OpId; readonly status: string }[]): string {
    let text = "";
    for (const { id, status } of sorted) {
      text += `${this.#before}["${id}","${status}"]`;
      this.#before = ",";
    }
    return text;
  }

  end(): string {
    return this.#before === "[" ? "[]" : "]";
  }
}
