import assert from "node:assert/strict";
import fc from "fast-check";
import { standardMessages } from "../../tests/fixtures/shipped_models.ts";
import { readUpload } from "./mod.ts";

const messages = standardMessages();
const encoder = new TextEncoder();

function errorsOf(bytes: Uint8Array): readonly string[] {
  const upload = readUpload(bytes, { file: "mine.yml", messages });
  return upload.kind === "problems" ? upload.errors : [];
}

const model = `id: other_name
name: A coach
version: 1
origin: { source: here }
areas: { living: Living room }
entities:
  - { id: lamp, kind: light, name: Lamp, area: living, load: { instances: [1] } }
`;

Deno.test("readUpload() reads a model whatever the file's name, with or without a byte order mark, or as JSON", () => {
  const plain = readUpload(encoder.encode(model), { file: "mine.yml", messages });
  assert.ok(plain.kind === "model");
  assert.equal(plain.model.id, "other_name");
  assert.deepEqual(readUpload(encoder.encode(`\ufeff${model}`), { file: "x", messages }), plain);
  assert.deepEqual(readUpload(encoder.encode(JSON.stringify(plain.model)), { file: "x.json", messages }), plain);
});

const utf16 = new Uint8Array([0xff, 0xfe, ...[...model].flatMap((letter) => [letter.charCodeAt(0), 0])]);
const bomb = (width: number) =>
  "a: &a [x, x]\n" +
  Array.from({ length: 20 }, (_, i) => {
    const name = `b${i}`;
    return `${name}: &${name} [${Array(width).fill(`*${i === 0 ? "a" : `b${i - 1}`}`).join(", ")}]`;
  }).join("\n");
const wrong: readonly (readonly [what: string, content: string | Uint8Array, says: RegExp])[] = [
  ["nothing", "", /^mine.yml:1:1: is empty, expected a coach model$/],
  ["more than 2 MB", "#".repeat(2_000_001), /has 2000001 bytes, expected at most 2000000/],
  ["10 MB", new Uint8Array(10_000_000), /has 10000000 bytes/],
  ["UTF-16", utf16, /is encoded in UTF-16, expected UTF-8/],
  ["UTF-16 of the other order", utf16.toReversed().with(0, 0xfe).with(1, 0xff), /UTF-16/],
  ["Latin-1", new Uint8Array([...encoder.encode("name: caf"), 0xe9, 0x0a]), /is not encoded in UTF-8/],
  ["half a character", encoder.encode("name: é").slice(0, -1), /is not encoded in UTF-8/],
  ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /is not encoded in UTF-8/],
  ["a file with zeros", "id: a\0b", /has a control character \(0x00\), expected a text file/],
  ["an escape sequence", "id: \x1b[31mred", /control character \(0x1b\)/],
  ["few aliases that unfold into many", bomb(9), /alias/i],
  ["many aliases", bomb(400), /more than 200 aliases/],
  ["brackets without end", "[".repeat(1_900_000), /is nested more than 100 deep/],
  ["braces without end", "{a: ".repeat(400_000), /is nested more than 100 deep/],
  ["lists in lists on one line", "- ".repeat(900_000), /is nested more than 100 deep/],
  ["keys of keys", "? ".repeat(900_000), /is nested more than 100 deep/],
  [
    "indents without end",
    Array.from({ length: 1900 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    /more than 100 deep/,
  ],
  [
    "indents that are too deep",
    Array.from({ length: 40 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    /nested 21 deep/,
  ],
  ["a list without end", `a: [${"1,".repeat(900_000)}1]`, /more than 200000 parts/],
  ["anchors without end", "- &a 1\n".repeat(250_000), /more than 200000 parts/],
  ["tags without end", "- !x 1\n".repeat(28_000), /more than 200 tags/],
  ["documents without end", "---\n".repeat(400_000), /more than 200000 parts/],
  ["comments without end", "#\n".repeat(900_000), /more than 200000 parts/],
  ["two documents", `${model}---\n${model}`, /:8:1: /],
  ["a tag that would construct something", model.replace("Lamp", "!!js/function 'x'"), /:7:\d+: /],
  ["a reserved key", model.replace("living: Living", "__proto__: Living"), /"__proto__" is a reserved word/],
  ["a reserved id", model.replace("id: lamp", "id: constructor"), /is "constructor", expected lower snake case/],
  ["a reserved area", model.replace("living: Living", "prototype: Living"), /"prototype" is a reserved word/],
  [
    "an id that is a path",
    model.replace("other_name", "../../etc/passwd"),
    /is "..\/..\/etc\/passwd", expected lower snake case/,
  ],
  ["an id without end", model.replace("other_name", "a".repeat(81)), /expected at most 80 characters/],
  [
    "an area that is no name",
    model.replace("living: Living", "Living Room: Living"),
    /"Living Room" is no name for it, expected lower/,
  ],
  ["a key given twice", `${model}name: B\n`, /key "name" is given twice, on lines 2 and 8/],
  ["a text", "hello", /is "hello", expected a mapping/],
];
for (const [what, content, says] of wrong) {
  Deno.test(`readUpload() refuses ${what}`, () => {
    const errors = errorsOf(typeof content === "string" ? encoder.encode(content) : content);
    assert.match(errors.join("\n"), says);
    assert.ok(errors.length <= 100 && errors.every((error) => error.length < 1000), `${errors.length}`);
  });
}

Deno.test("readUpload() answers any bytes and any text with a model or sentences", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => assert.ok(errorsOf(bytes).length > 0)));
  const parts = fc.constantFrom(
    "id",
    ":",
    " ",
    "\n",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!map ",
    "? ",
    "|\n",
    "'",
    '"',
    "#",
    "<<",
  );
  fc.assert(fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 40 }), (words) => {
    assert.ok(errorsOf(encoder.encode(words.join(""))).length > 0);
  }));
});
