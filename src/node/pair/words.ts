/** The words that people compare: of BIP 39's English list, in which any two differ within four letters. */
import { wordlist } from "@scure/bip39/wordlists/english.js";

export function wordsOf(numbers: readonly number[]): readonly string[] {
  return numbers.map((number) => wordlist[number] ?? "");
}
