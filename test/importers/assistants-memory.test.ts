import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mcpMemory } from "../../src/importers/assistants/mcp-memory.ts";
import { mem0 } from "../../src/importers/assistants/mem0.ts";
import { markOwnWords } from "../../src/importers/assistants/own-words.ts";
import { problemLines, sourceOf } from "./import-all.ts";
import { assertSurvivesDamage, checked, contentsOf } from "./messages-checks.ts";

const own = markOwnWords("lives in Brno");

describe("the file of the MCP memory server", () => {
  const entity = { type: "entity", name: "Ann", entityType: "person", observations: ["Likes tea", "Plays chess"] };
  const relation = { type: "relation", from: "Ann", to: "Bo", relationType: "works with" };
  const lines = (...entries: readonly object[]) => entries.map((entry) => JSON.stringify(entry)).join("\n");
  const read = (text: string) => checked(mcpMemory, "memory.jsonl", text);
  const noted_by = "MCP memory server";

  it("gives each observation and each relation", () => {
    const { drafts } = read(lines(entity, relation, { type: "entity", name: "Bo", entityType: "cat", observations: [] }));
    assert.deepEqual(
      drafts.map(({ kind, content, source }) => [kind, content, source.uri]),
      [
        ["memory", { noted_by, about: "Ann", about_type: "person", text: "Likes tea" }, "memory.jsonl#line=0,1"],
        ["memory", { noted_by, about: "Ann", about_type: "person", text: "Plays chess" }, "memory.jsonl#line=0,1"],
        ["memory", { noted_by, about: "Ann", relation: "works with", to: "Bo", text: "Ann works with Bo" }, "memory.jsonl#line=1,2"],
        ["memory", { noted_by, about: "Bo", about_type: "cat", text: "Bo" }, "memory.jsonl#line=2,3"],
      ],
    );
  });

  it("names an observation by its words, so that what is added beside it changes nothing", () => {
    const before = read(lines(entity)).drafts.map(({ external_id }) => external_id);
    const after = read(lines({ ...entity, observations: ["New", ...entity.observations] })).drafts.map(({ external_id }) => external_id);
    assert.deepEqual(after.slice(1), before);
  });

  it("loses what this node answered, and what stands twice", () => {
    assert.deepEqual(contentsOf(read(lines({ ...entity, observations: [own, "Likes tea", "Likes tea"] }))), [
      { noted_by, about: "Ann", about_type: "person", text: "Likes tea" },
    ]);
  });

  it("that is damaged loses only the lines that are, and says so", () => {
    const imported = read(`${lines(entity)}\n{"type":"entity"\n\n{"type":"thing"}\n{"type":"relation","from":"a"}\n${lines(relation)}`);
    assert.deepEqual(problemLines(imported), ["line 2: 3 lines that are neither an entity nor a relation: left out"]);
    assert.equal(imported.drafts.length, 3);
    assertSurvivesDamage(mcpMemory, "memory.jsonl", lines(entity, relation, entity, relation), 73);
  });

  it("is recognised by what it holds", () => {
    for (const entry of [entity, relation]) assert.ok(mcpMemory.recognises(sourceOf("", lines(entry))));
    for (const other of ["", "{}", '{"type": "entity"}', "text"]) assert.ok(!mcpMemory.recognises(sourceOf("", other)), other);
  });
});

describe("an export of mem0", () => {
  const memory = {
    id: "m1",
    memory: "Likes tea",
    user_id: "ann",
    hash: "x",
    score: 0.3,
    categories: ["food"],
    metadata: { source: "chat", deep: { a: 1 } },
    created_at: "2025-01-02T03:00:00.000+02:00",
    updated_at: "2025-02-02T03:00:00.000+02:00",
  };
  const read = (exported: unknown) => checked(mem0, "mem0.json", JSON.stringify(exported, null, 1));

  it("gives each memory, from a list or from an object that holds one", () => {
    for (const [exported, place] of [
      [[memory], "/0"],
      [{ count: 1, results: [memory] }, "/results/0"],
      [{ memories: [memory] }, "/memories/0"],
    ] as const) {
      assert.deepEqual(
        read(exported).drafts.map(({ kind, external_id, observed_at, content, source }) => [
          kind,
          external_id,
          observed_at,
          content,
          source.uri,
        ]),
        [
          [
            "memory",
            "m1",
            1_735_779_600_000,
            {
              noted_by: "mem0",
              text: "Likes tea",
              user: "ann",
              categories: ["food"],
              metadata: { source: "chat" },
              updated: "2025-02-02T03:00:00.000+02:00",
            },
            `mem0.json#${place}`,
          ],
        ],
      );
    }
  });

  it("loses what this node answered", () => {
    assert.deepEqual(
      read([
        { id: "a", memory: own },
        { id: "b", memory: `so: ${own}` },
      ]).drafts.map(({ content }) => content["text"]),
      ["so:"],
    );
  });

  it("that is damaged loses only what is, and says so", () => {
    const imported = read([memory, { id: "x" }, 7, { ...memory, id: "m2" }]);
    assert.deepEqual(problemLines(imported), ["entry 2: no memory: left out", "entry 3: no memory: left out"]);
    assert.equal(imported.drafts.length, 2);
    assertSurvivesDamage(mem0, "mem0.json", JSON.stringify({ results: [memory, { ...memory, id: "m2" }] }, null, 1), 74);
  });

  it("is recognised by what it holds", () => {
    for (const exported of [[memory], { results: [memory] }]) assert.ok(mem0.recognises(sourceOf("", JSON.stringify(exported))));
    for (const other of ["[]", '[{"memory": "x"}]', '{"results": [{"id": 1}]}', "text"])
      assert.ok(!mem0.recognises(sourceOf("", other)), other);
  });
});
