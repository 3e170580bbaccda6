import type { Device } from "../../api/contract.ts";
import { t } from "../../strings/text.ts";

/** The name that the owner gave it; else the end of its key, which tells two apart. */
export function deviceName({ name, key }: Pick<Device, "name" | "key">): string {
  return name === "" ? t("device.unnamed", { key: key.slice(-6) }) : name;
}
