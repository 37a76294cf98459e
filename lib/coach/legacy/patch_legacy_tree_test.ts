import assert from "node:assert/strict";
import fc from "fast-check";
import jsonpatch, { type Operation } from "fast-json-patch";
import type { Json } from "../mapping.ts";
import type { LegacyNode } from "./legacy_node.ts";
import { patchLegacyTree } from "./patch_legacy_tree.ts";
import { readLegacyYaml } from "./read_legacy_yaml.ts";

function treeOf(text: string): LegacyNode {
  const { node, problems } = readLegacyYaml(text, "x.json");
  assert.deepEqual(problems, []);
  return node ?? assert.fail();
}

function jsonOf(node: LegacyNode): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(jsonOf);
    case "map":
      return Object.fromEntries(node.members.map(({ key, value }) => [key, jsonOf(value)]));
    default:
      return node satisfies never;
  }
}

/** The document after an operation, or the reason against it. */
function patched(document: Json, operation: Json): Json | { readonly why: string } {
  const result = patchLegacyTree(treeOf(JSON.stringify(document)), treeOf(JSON.stringify(operation)));
  return "why" in result ? result : jsonOf(result.root);
}

const mapping = { "1FEDA": { "25": [{ name: "Lamp", a: 1 }], "26": [] }, "a/b": { "m~n": 8 } };

Deno.test("patchLegacyTree() does each operation of RFC 6902", () => {
  const cases: readonly (readonly [Json, Json])[] = [
    [{ op: "add", path: "/x", value: 1 }, { ...mapping, x: 1 }],
    [{ op: "add", path: "/1FEDA/26/-", value: "b" }, { ...mapping, "1FEDA": { ...mapping["1FEDA"], "26": ["b"] } }],
    [{ op: "add", path: "/1FEDA/25/0", value: 0 }, {
      ...mapping,
      "1FEDA": { ...mapping["1FEDA"], "25": [0, { name: "Lamp", a: 1 }] },
    }],
    [{ op: "replace", path: "/1FEDA/25/0/name", value: "Bed" }, {
      ...mapping,
      "1FEDA": { ...mapping["1FEDA"], "25": [{ name: "Bed", a: 1 }] },
    }],
    [{ op: "replace", path: "/a~1b/m~0n", value: 9 }, { ...mapping, "a/b": { "m~n": 9 } }],
    [{ op: "remove", path: "/1FEDA/25/0/name" }, {
      ...mapping,
      "1FEDA": { ...mapping["1FEDA"], "25": [{ a: 1 }] },
    }],
    [{ op: "remove", path: "/1FEDA/25/0" }, { ...mapping, "1FEDA": { ...mapping["1FEDA"], "25": [] } }],
    [{ op: "move", from: "/a~1b", path: "/c" }, { "1FEDA": mapping["1FEDA"], c: { "m~n": 8 } }],
    [{ op: "copy", from: "/a~1b/m~0n", path: "/n" }, { ...mapping, n: 8 }],
    [{ op: "test", path: "/1FEDA/25", value: [{ a: 1, name: "Lamp" }] }, mapping],
    [{ op: "replace", path: "", value: [1] }, [1]],
  ];
  for (const [operation, expected] of cases) assert.deepEqual(patched(mapping, operation), expected);
});

Deno.test("patchLegacyTree() says why an operation cannot be done", () => {
  const cases: readonly (readonly [Json, RegExp])[] = [
    [{ op: "replace", path: "/x", value: 1 }, /nothing at "x"/],
    [{ op: "remove", path: "/1FEDA/99" }, /nothing at "99"/],
    [{ op: "remove", path: "" }, /the whole mapping/],
    [{ op: "add", path: "/1FEDA/25/5", value: 1 }, /nothing at "5"/],
    [{ op: "add", path: "/1FEDA/25/01", value: 1 }, /nothing at "01"/],
    [{ op: "add", path: "/x/y", value: 1 }, /nothing at "x\/y"/],
    [{ op: "test", path: "/a~1b/m~0n", value: 9 }, /the test fails/],
    [{ op: "move", from: "/1FEDA", path: "/1FEDA/x" }, /into itself/],
    [{ op: "copy", from: "/nowhere", path: "/x" }, /nothing at "nowhere"/],
    [{ op: "invent", path: "/x" }, /"op" is "invent", expected one of add/],
    [{ op: "add", value: 1 }, /it has no "path"/],
    [{ op: "add", path: "/x" }, /it has no "value"/],
    [{ op: "add", path: "x", value: 1 }, /begins with "x", expected a slash/],
    [{ op: "add", path: "/~2", value: 1 }, /"~" alone/],
    [{ op: "add", path: "/constructor/prototype/x", value: 1 }, /"constructor" is a reserved word/],
    [{ op: "add", path: `/${"x".repeat(600)}`, value: 1 }, /more than 500 characters/],
    ["no operation", /it has no "path"/],
  ];
  for (const [operation, expected] of cases) {
    const result = patched(mapping, operation);
    assert.ok(typeof result === "object" && result !== null && "why" in result, JSON.stringify(operation));
    assert.match(String(result["why"]), expected);
  }
});

Deno.test("patchLegacyTree() changes the section that counted when it is given twice", () => {
  const { node } = readLegacyYaml("a: { x: 1 }\na: { x: 2 }\n", "x.yml");
  const operation = treeOf(JSON.stringify({ op: "replace", path: "/a/x", value: 3 }));
  const result = patchLegacyTree(node ?? assert.fail(), operation);
  assert.ok("root" in result && result.root.kind === "map");
  assert.deepEqual(result.root.members.map(({ value }) => jsonOf(value)), [{ x: 1 }, { x: 3 }]);
});

Deno.test("patchLegacyTree() does what another implementation of RFC 6902 does", () => {
  const key = fc.constantFrom("a", "b", "0", "1", "-", "a/b");
  const document = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.integer({ min: 0, max: 3 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "0", "a/b"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;
  const pointer = fc.array(key, { minLength: 1, maxLength: 3 }).map((parts) =>
    parts.map((part) => `/${part.replaceAll("/", "~1")}`).join("")
  );
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom("add", "replace", "test"), path: pointer, value: document }),
    fc.record({ op: fc.constant("remove"), path: pointer }),
    fc.record({ op: fc.constantFrom("move", "copy"), path: pointer, from: pointer }),
  );
  let done = 0;
  fc.assert(
    fc.property(fc.dictionary(key, document, { noNullPrototype: true }), operation, (before, change) => {
      const ours = patched(before, change);
      const refused = typeof ours === "object" && ours !== null && "why" in ours;
      let theirs: Json | undefined;
      try {
        theirs = jsonpatch.applyPatch(structuredClone(before), [change as Operation], true).newDocument;
      } catch {
        theirs = undefined;
      }
      if (refused || theirs === undefined) return;
      done++;
      assert.deepEqual(ours, theirs);
    }),
    { numRuns: 2000 },
  );
  assert.ok(done > 200, `${done} operations were done by both`);
});
