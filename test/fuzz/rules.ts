/** What the grammars have in common. */
import { nativeCrypto } from "../../src/node/native-crypto.ts";
import { fixedKey } from "../../src/testkit/fixed-keys.ts";
import { characters, inOrder, oneOf, type Rule, repeated } from "../../src/testkit/grammar.ts";
import type { SeededRandom } from "../../src/testkit/seeded-random.ts";

export const hex = (length: number) => characters("0123456789abcdef", length);
export const did = oneOf(
  fixedKey(nativeCrypto, "phone").did,
  inOrder("did:key:z6Mk", characters("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 44)),
);
export const url = oneOf(
  "http://127.0.0.1:7411",
  "https://home.example:8443",
  inOrder("https://[", characters("0123456789abcdef:", 2, 20), "]:1"),
);
export const number = oneOf("0", "-1", "1e400", "1.5", "-0", "9007199254740993", characters("0123456789", 1, 20));
export const string = inOrder(
  '"',
  repeated(oneOf(characters("abc é☎", 1, 5), '\\"', "\\u00e9", "\\ud800", "\\ud83d\\ude00", "\\n", "__proto__"), 0, 4),
  '"',
);
export const json: Rule = (random) => jsonOf(random.below(5))(random);

function jsonOf(depth: number): Rule {
  if (depth === 0) return oneOf(number, string, "null", "true", "false");
  const inner = jsonOf(depth - 1);
  return oneOf(inOrder("[", repeated(inner, 0, 4, ","), "]"), inOrder("{", repeated(inOrder(string, " : ", inner), 0, 4, ","), "}"), inner);
}

/** The first of them, but for one time in eight. */
export const mostly =
  (rule: Rule | string, ...others: readonly (Rule | string)[]): Rule =>
  (random) =>
    random.once(8) ? oneOf(...others)(random) : typeof rule === "string" ? rule : rule(random);

/** Texts as they are, to be damaged and spliced with one another. */
export function anyOf(texts: readonly string[]): Rule {
  return (random) => random.pick(texts);
}

/** Pieces of a text in another order: most in their own, some left out, doubled, or taken from elsewhere in it. */
export function rearranged(pieces: readonly string[]): Rule {
  return (random: SeededRandom) =>
    pieces
      .map((piece) => {
        if (!random.once(6)) return piece;
        const other = random.pick(pieces);
        return random.pick(["", piece + piece, other, other + piece]);
      })
      .join("");
}
