/** What a QR code says, read from a picture as a camera would. */
import jsqr from "jsqr";

/** As the package is at run time; its types name a module of another kind. */
type Read = (data: Uint8ClampedArray, width: number, height: number) => { readonly data: string } | null;
const read = ((jsqr as unknown as { default?: Read }).default ?? jsqr) as unknown as Read;

/** `pixels`: four bytes each, red, green, blue, opacity. "" when there is no code in them. */
export function qrText(pixels: Uint8ClampedArray, width: number, height: number): string {
  return read(pixels, width, height)?.data ?? "";
}
