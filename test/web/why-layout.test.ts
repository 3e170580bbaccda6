import assert from "node:assert/strict";
import { test } from "node:test";
import type { Why, WhyNode } from "../../web/src/api/contract.ts";
import { boxSize, layOut } from "../../web/src/views/claim/why-layout.ts";

const node = (id: string, type = "claim") => ({ id, type, kind: "", sentence: id }) as WhyNode;

function why(edges: readonly string[], evidence: readonly string[] = []): Why {
  const pairs = edges.map((edge) => edge.split(">") as [string, string]);
  const ids = [...new Set(pairs.flat())];
  return {
    claim: ids[0] ?? "a",
    nodes: (ids.length > 0 ? ids : ["a"]).map((id) => node(id, evidence.includes(id) ? "evidence" : "claim")),
    edges: pairs.map(([from, to]) => ({ from, to })),
    truncated: false,
  };
}

const closed: ReadonlySet<string> = new Set();

test("no arrow goes back, however the steps are shared", () => {
  const { boxes, links } = layOut(why(["a>b", "a>c", "b>c", "c>d", "a>d"]), closed);
  const at = new Map(boxes.map((box) => [box.id, box]));
  assert.deepEqual(
    boxes.map(({ id, column }) => [id, column]),
    [
      ["a", 0],
      ["b", 1],
      ["c", 2],
      ["d", 3],
    ],
  );
  for (const { from, to } of links) assert.ok((at.get(from)?.x ?? 0) + boxSize.width < (at.get(to)?.x ?? 0));
  assert.equal(links.length, 5);
});

test("boxes do not cover each other, and the picture holds them all", () => {
  const edges = Array.from({ length: 40 }, (_none, index) => `s${index % 7}>e${index}`);
  const { boxes, width, height } = layOut(why([...Array.from({ length: 7 }, (_none, index) => `a>s${index}`), ...edges]), closed);
  for (const one of boxes) {
    assert.ok(one.x >= 0 && one.y >= 0 && one.x + boxSize.width <= width && one.y + boxSize.height <= height);
    for (const other of boxes) {
      if (one !== other) assert.ok(Math.abs(one.x - other.x) >= boxSize.width || Math.abs(one.y - other.y) >= boxSize.height, one.id);
    }
  }
});

test("many sources of one claim share a box, until it is opened; none is lost", () => {
  const whole = why(Array.from({ length: 30 }, (_none, index) => `a>e${index}`));
  const { boxes } = layOut(whole, closed);
  const more = boxes.find((box) => box.node === null);
  assert.equal(boxes.filter((box) => box.node !== null).length + (more?.count ?? 0), 31);
  assert.equal(layOut(whole, new Set([more?.id ?? ""])).boxes.length, 31);
});

test("a claim alone is a picture, too", () => {
  assert.deepEqual(
    layOut(why([]), closed).boxes.map(({ id, x, y }) => [id, x, y]),
    [["a", 0, 0]],
  );
});
