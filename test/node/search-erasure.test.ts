/** Section 6, "Erasure", for the search index: after a redaction no file of the store holds a piece of the text, or a word of its own. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openSqliteStore } from "../../src/store/index.ts";
import { seededRandom } from "../../src/testkit/seeded-random.ts";
import { inFolder } from "../store/folders.ts";
import { filesIn, piecesIn } from "./pieces.ts";
import { claim, newPool, runs, targeting } from "./replicas.ts";
import { find, note, write } from "./search-items.ts";

interface Kept {
  /** Of its own. */
  readonly words: readonly string[];
  readonly text: string;
  readonly whole: string;
}

test("no piece of an erased text is in any file of the store, nor a word that nothing else has", () =>
  inFolder(async (folder) => {
    for (let seed = 1; seed <= runs(1); seed++) {
      const random = seededRandom(seed);
      const home = join(folder, String(seed));
      mkdirSync(home);
      const pool = await newPool(await openSqliteStore(join(home, "pool.db")));
      const common = Array.from({ length: 40 }, () => wordOf(random.bytes(5)));
      const texts = new Map<string, Kept>();
      for (let step = 0; step < 25; step++) {
        const drafts = Array.from({ length: 1 + random.below(8) }, () => {
          const own = Array.from({ length: 6 }, () => wordOf(random.bytes(10)));
          const words = Array.from({ length: random.pick([3, 20, 400]) }, () => random.pick([...own, random.pick(common)]));
          const text = words.join(" ");
          return {
            own: own.filter((word) => words.includes(word)),
            text,
            draft: random.once(4) ? claim("self", "test.said", text) : note(words[0] ?? "", text),
          };
        });
        const ids = await write(pool, ...drafts.map(({ draft }) => draft));
        ids.forEach((id, index) => {
          const { own = [], text = "", draft } = drafts[index] ?? {};
          texts.set(id, { words: own, text, whole: JSON.stringify(draft) });
        });
        const going = random.some([...texts.keys()], 4);
        if (going.length === 0) continue;
        await write(pool, targeting("redaction", ...going));
        const pieces = piecesIn(
          home,
          going.map((id) => texts.get(id)?.text ?? ""),
        );
        const bytes = filesIn(home)
          .map((file) => file.bytes.toString("latin1"))
          .join("\n");
        const others = [...texts].map(([id, { whole }]) => (going.includes(id) ? "" : whole)).join("\n");
        for (const [piece, place] of pieces) assert.ok(others.includes(piece), `step ${step}: ${place}`);
        for (const id of going) {
          const { words } = texts.get(id) as Kept;
          for (const word of words)
            assert.ok(!bytes.includes(word) || others.includes(word), `step ${step}: the word ${word} is still there`);
          if (words.length > 0) assert.deepEqual(await find(pool.replica, words.join(" ")), []);
          texts.delete(id);
        }
      }
      assert.ok(texts.size > 10 && (await find(pool.replica, [...texts.values()].at(-1)?.text ?? "")).length > 0, "the rest is found");
      await pool.replica.store.close();
    }
  }));

/** Letters that no stemmer changes, as long as the bytes. */
function wordOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => "bcdfghjkmnpqrtvwxz"[byte % 18]).join("");
}
