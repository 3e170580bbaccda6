/** The view digest of section 6, a page of claims at a time. */
import { createHash } from "node:crypto";
import { ViewDigestText } from "../../core/claim/view-digest.ts";
import type { Reader } from "../../store/index.ts";

const pageSize = 2_000;

export async function viewDigest(reader: Reader): Promise<string> {
  const digest = createHash("sha256");
  const text = new ViewDigestText();
  for (let page = await reader.claimPage({ limit: pageSize }); page.length > 0; ) {
    digest.update(text.page(page));
    page = await reader.claimPage({ after: page.at(-1)?.id, limit: pageSize });
  }
  return `sha256:${digest.update(text.end()).digest("hex")}`;
}
