const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** base58btc text of `bytes`. The cost is quadratic: for keys and hashes, not for documents. */
export function encodeBase58(bytes: Uint8Array): string {
  return convert(bytes, 256, 58)
    .map((digit) => alphabet[digit])
    .join("");
}

/** Bytes of base58btc `text`, or null when it has another character. The cost is quadratic. */
export function decodeBase58(text: string): Uint8Array | null {
  const digits = Array.from(text, (character) => alphabet.indexOf(character));
  return digits.includes(-1) ? null : Uint8Array.from(convert(digits, 58, 256));
}

/** The same number in another base, highest digit first. Leading zeros stay, one for one: base58btc keeps them so. */
function convert(digits: ArrayLike<number>, from: number, to: number): number[] {
  const converted: number[] = []; // lowest digit first
  let zeros = 0;
  while (zeros < digits.length && digits[zeros] === 0) zeros++;
  for (let index = zeros; index < digits.length; index++) {
    let carry = digits[index] as number;
    for (let place = 0; place < converted.length; place++) {
      carry += (converted[place] as number) * from;
      converted[place] = carry % to;
      carry = Math.floor(carry / to);
    }
    for (; carry > 0; carry = Math.floor(carry / to)) converted.push(carry % to);
  }
  for (let zero = 0; zero < zeros; zero++) converted.push(0);
  return converted.reverse();
}
