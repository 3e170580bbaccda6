/** The code that a person reads from one device and types on the other: ten digits, of which two only find the device (PAI-2). */

const digits = 10;
const finding = 2;

/** A code of 16 random bytes: all codes are equally likely, to within one in 2^90. */
export function makeCode(random: Uint8Array): string {
  let number = 0n;
  for (const byte of random.subarray(0, 16)) number = number * 256n + BigInt(byte);
  return (number % 10n ** BigInt(digits)).toString().padStart(digits, "0");
}

/** A code as a person may write it, with blanks and dashes anywhere; null when it is none. */
export function readCode(text: string): string | null {
  const bare = text.replace(/[\s.-]/g, "");
  return new RegExp(`^[0-9]{${digits}}$`).test(bare) ? bare : null;
}

/** As it is shown: `48-2109-3755`. */
export function shownCode(code: string): string {
  return [code.slice(0, finding), code.slice(finding, 6), code.slice(6)].join("-");
}

/** The part by which a device is found on the local network. It is no secret. */
export function findingDigits(code: string): string {
  return code.slice(0, finding);
}
