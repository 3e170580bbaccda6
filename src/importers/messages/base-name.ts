import type { SourceFile } from "../importer.ts";
import { wellFormed } from "../well-formed.ts";

/** The file's name without its folders and its extension. */
export function baseNameOf(file: SourceFile): string {
  return wellFormed(file.name.split("/").at(-1) ?? "").replace(/\.[^.]+$/, "");
}
