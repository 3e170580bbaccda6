import type { ImportProblem } from "../importer.ts";
import { isHeif, readHeif } from "./heif.ts";
import { isJpeg, readJpeg } from "./jpeg.ts";

/** What the file itself says, without its metadata. */
export interface Container {
  readonly format: "jpeg" | "heif";
  /** Pixels; 0 when the file doesn't say. */
  readonly width: number;
  readonly height: number;
  /** Where Exif data begin, so that there must be some. */
  readonly exifAt?: number;
  /** What is wrong with the file, though it holds a picture. */
  readonly damage?: ImportProblem;
}

/** True when the bytes begin as a JPEG or HEIF file does. */
export function isPhoto(bytes: Uint8Array): boolean {
  return isJpeg(bytes) || isHeif(bytes);
}

/** The container, or only what is wrong when no picture can be made out. */
export function readContainer(bytes: Uint8Array): Container | { readonly damage: ImportProblem } {
  if (isJpeg(bytes)) return readJpeg(bytes);
  if (isHeif(bytes)) return readHeif(bytes);
  return { damage: { position: "", reason: bytes.length === 0 ? "empty" : "not a JPEG or HEIF file" } };
}
