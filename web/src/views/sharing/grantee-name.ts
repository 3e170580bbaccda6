import type { GrantEntry } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";

/** The name that the owner gave them; else the end of their key, which tells two apart. */
export function granteeName({ name, grantee }: Pick<GrantEntry, "name" | "grantee">): string {
  return name === "" ? t("grant.unnamed", { key: grantee.slice(-6) }) : name;
}
