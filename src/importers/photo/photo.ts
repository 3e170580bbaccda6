import type { Json } from "../../core/ports.ts";
import { fitDraft } from "../fit-draft.ts";
import type { EvidenceDraft, Importer, ImportItem, ImportProblem, SourceFile } from "../importer.ts";
import { placeOf } from "../place.ts";
import { wellFormed } from "../well-formed.ts";
import { cameraOf, captionsOf, orientationOf } from "./captions.ts";
import { type Container, isPhoto, readContainer } from "./container.ts";
import { positionOf } from "./position.ts";
import { noTags, type PhotoTags, readTags } from "./tags.ts";
import { takenOf } from "./taken.ts";

/** JPEG and HEIF photos: what their metadata say. The picture itself is not kept. */
export const photo: Importer = { name: "photo", version: "1", title: "JPEG and HEIF photos", recognises, read };

function recognises(file: SourceFile): boolean {
  return isPhoto(file.bytes) || /\.(?:jpe?g|heic|heif)$/i.test(file.name);
}

function* read(file: SourceFile): Generator<ImportItem> {
  const container = readContainer(file.bytes);
  if (!("format" in container)) {
    yield { problem: container.damage };
    return;
  }
  const { tags, unreadable } = readAll(file.bytes, container);
  const problem = unreadable ?? container.damage;
  if (problem !== undefined) yield { problem };
  yield* fitDraft(draftOf(file, container, tags), "");
}

function readAll(bytes: Uint8Array, { exifAt }: Container): { tags: PhotoTags; unreadable?: ImportProblem } {
  try {
    const { tags, xmpLost } = readTags(bytes);
    if (exifAt !== undefined && Object.keys(tags.exif).length === 0) {
      return { tags, unreadable: { position: `byte ${exifAt}`, reason: "its Exif data can't be read" } };
    }
    return xmpLost ? { tags, unreadable: { position: "", reason: "its XMP data can't be read" } } : { tags };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { tags: noTags, unreadable: { position: "", reason: `its metadata can't be read: ${why.replace(/\s+/g, " ").slice(0, 200)}` } };
  }
}

function draftOf(file: SourceFile, { format, width, height }: Container, tags: PhotoTags): EvidenceDraft {
  const taken = takenOf(tags);
  const position = positionOf(tags);
  const camera = cameraOf(tags);
  const orientation = orientationOf(tags);
  const content: Record<string, Json> = {
    format,
    bytes: file.bytes.length,
    ...(width > 0 && height > 0 ? { width, height } : {}),
    ...(orientation === undefined ? {} : { orientation }),
    ...(taken === undefined ? {} : { taken: taken.told }),
    ...(position === undefined ? {} : { position }),
    ...(Object.keys(camera).length > 0 ? { camera } : {}),
    ...captionsOf(tags),
  };
  return {
    source: { adapter: photo.name, version: photo.version, account: file.collection, uri: placeOf(file.name), sha256: file.sha256 },
    external_id: wellFormed(file.name),
    kind: "photo",
    ...(taken?.at === undefined ? {} : { observed_at: taken.at }),
    content,
  };
}
