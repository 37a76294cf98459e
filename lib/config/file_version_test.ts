import assert from "node:assert/strict";
import type { ConfigFormat } from "./config_format.ts";
import { editConfig } from "./edit_config.ts";
import { type FileMigration, fileMigrations, readVersioned, type VersionedReading } from "./file_version.ts";
import { problemLine } from "./problem_text.ts";

/** A history of the format: 1 is the first version with a version, 2 calls `port` `http_port`, 3 has no `old`. */
const migrations: readonly FileMigration[] = [
  ...fileMigrations,
  (text, options) =>
    editConfig(text, { ...options, set: { version: 2, "server.http_port": 80 }, remove: ["server.port"] }),
  (text, options) => editConfig(text, { ...options, set: { version: 3 }, remove: ["old"] }),
];

function read(text: string | Uint8Array, list: readonly FileMigration[] = migrations, format: ConfigFormat = "toml") {
  return readVersioned(text, { file: "f", format, migrations: list });
}

function problems(reading: VersionedReading): readonly string[] {
  return reading.kind === "problems" ? reading.problems.map(problemLine) : [];
}

Deno.test("readVersioned() takes a file from any version to the present one, and keeps its comments", () => {
  const texts = ["old = 1\n# web\n[server]\nport = 80 # p\n", "version = 1\n# web\n[server]\nport = 80 # p\n"];
  for (const [from, text] of texts.entries()) {
    const reading = read(new TextEncoder().encode(text));
    assert.ok(reading.kind === "parsed", problems(reading).join());
    assert.deepEqual([reading.from, reading.parsed.tree], [from, { server: { http_port: 80 } }]);
    assert.match(reading.text, /^version = 3\n# web\n\[server\]\nhttp_port = 80\n# p\n$/m);
    assert.deepEqual(reading.parsed.placeOf(["server", "port"]), { line: 4, column: 8 });
  }
  const present = read("version = 3\nold = 5\n");
  assert.ok(present.kind === "parsed");
  assert.deepEqual([present.from, present.parsed.tree, present.text], [3, { old: 5 }, "version = 3\nold = 5\n"]);
});

Deno.test("readVersioned() gives a file without version the first one, in each format", () => {
  const texts: readonly (readonly [ConfigFormat, string, string])[] = [
    ["toml", "", "version = 1\n"],
    ["toml", "\ufeff# c\n[a]\n", "\ufeffversion = 1\n\n# c\n[a]\n"],
    ["json", '{"a": 1}', '{\n  "a": 1,\n  "version": 1\n}\n'],
    ["yaml", "# c\na: 1\n", "# c\na: 1\nversion: 1\n"],
  ];
  for (const [format, text, expected] of texts) {
    const reading = readVersioned(new TextEncoder().encode(text), { file: "f", format });
    assert.ok(reading.kind === "parsed");
    assert.deepEqual([reading.text, reading.from], [expected, 0]);
  }
});

Deno.test("readVersioned() refuses a version that it does not know", () => {
  const says = (text: string) => problems(read(text)).join();
  assert.equal(says("version = 4"), "f:1:11: version: is 4: a newer program wrote this file, expected at most 3");
  for (const version of ["0", "-1", "1.5", '"1"', "true", "[1]"]) {
    assert.match(says(`version = ${version}`), /^f:1:11: version: is .*, expected a whole number from 1 to 3$/);
  }
  assert.equal(says("version = "), 'f:1:10: there is no value, expected one after "="');
});

Deno.test("readVersioned() tells when a file cannot be brought to the present version", () => {
  const clash: FileMigration = (text, options) => editConfig(text, { ...options, set: { "a.b": 1 } });
  assert.deepEqual(problems(read("a = 1", [clash])), ["f: a.b: is inside of a single value, expected a table there"]);
  const broken: FileMigration = (text) => `${text}\n=`;
  assert.match(problems(read("a = 1", [broken])).join(), /^f:2:1: "=" does not fit here/);
  assert.deepEqual(
    problems(
      read("a: &a {x: 1}\nb: *a", [(text, options) => editConfig(text, { ...options, set: { "a.x": 2 } })], "yaml"),
    ),
    [
      'f: Cannot change "f": a.x cannot be changed without other keys, expected the change in the file itself',
    ],
  );
  const wrong: FileMigration = () => {
    throw new TypeError("a mistake of ours");
  };
  assert.throws(() => read("a = 1", [wrong]), TypeError);
});
