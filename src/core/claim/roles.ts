/** What a key may write (section 5); anything else is void in the view. */
import { controlTypes } from "../op/operation.ts";

const drafts: ReadonlySet<string> = new Set(["evidence", "claim", "inference"]);
const serving: ReadonlySet<string> = new Set(["cap_access", "cap_receipt"]);

/** `root` writes control operations and `cap_revoke`; roles this version does not know write nothing. */
export function mayWrite(role: string, type: string): boolean {
  if (role === "root") return controlTypes.has(type) || type === "cap_revoke";
  if (role === "full") return true;
  if (role === "ingest" || role === "assistant") return drafts.has(type);
  return role === "mirror" && serving.has(type);
}
