import assert from "node:assert/strict";
import { ConfigError } from "./config_error.ts";
import type { ConfigFormat } from "./config_format.ts";
import { editConfig, type EditOptions } from "./edit_config.ts";
import { removeTomlKey } from "./remove_toml.ts";
import { tomlValue } from "./toml_value.ts";

type Change = Pick<EditOptions, "set" | "remove">;

function edited(text: string, change: Change, format: ConfigFormat = "toml"): string {
  return editConfig(text, { format, file: "f", ...change });
}

function refusal(text: string, change: Change, format: ConfigFormat = "toml"): string {
  try {
    return `changed: ${edited(text, change, format)}`;
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
}

const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join("");

Deno.test("editConfig() changes values of TOML where they are, and nothing else", () => {
  const text = lines(
    "# my coach",
    "name   =  'Rover'  # hers",
    "",
    "[server]   # web",
    "  port = 0x1F90",
    "  ratio = 1.50 # half",
    '  text = """',
    'two lines"""',
    "  tls = {cert = 'a',   deep = { x = 1.0 }}",
    "",
    "",
    "# the end",
  );
  assert.equal(
    edited(text, {
      set: {
        "server.ratio": 2,
        "server.text": 'a "b"\n\x7f',
        "server.tls.deep.x": 3,
        name: "Bus",
        "server.port": 8080,
      },
    }),
    text.replace("'Rover'", '"Bus"').replace("1.50", "2.0").replace(/""".*"""/s, '"a \\"b\\"\\n\\u007f"')
      .replace("x = 1.0", "x = 3.0"),
  );
});

Deno.test("editConfig() puts new keys of TOML below the last of their table, and new tables at the end", () => {
  const text = lines(
    "a = 1",
    "",
    "# about b",
    "[b]",
    "  c = 1 # last",
    "",
    "[d]",
    "x.y = 1",
    "t = { u = 1 }",
    "e = {}",
  );
  assert.equal(
    edited(text, {
      set: {
        "b.d": true,
        "d.x.z.w": 2,
        "d.t.v.w": 3,
        "d.e.f": 4,
        g: 5,
        "h.i.j": 6,
        "h.i.k": [7],
        "b.l.m": "8",
        "b.l.n": { o: {} },
      },
    }),
    lines(
      ...["a = 1", "g = 5", "", "# about b", "[b]", "  c = 1 # last", "  d = true", ""],
      ...["[d]", "x.y = 1", "x.z.w = 2", "t = { u = 1, v.w = 3 }", "e = { f = 4 }", ""],
      ...["[h.i]", "j = 6", "k = [7]", "", "[b.l]", 'm = "8"'],
    ),
  );
  assert.equal(edited("", { set: { "a.b": 1 } }), "[a]\nb = 1\n");
  assert.equal(edited("a = 1", { set: { b: 2 } }), "a = 1\nb = 2\n");
  assert.equal(edited("a = 0", { set: { a: 2 } }), "a = 2");
  assert.equal(edited("a = 1", { set: { "b.c": 2 } }), "a = 1\n\n[b]\nc = 2\n");
  assert.equal(edited("[a]", { set: { "a.b": 2 } }), "[a]\nb = 2\n");
  assert.equal(edited("# only words\n", { set: { a: 2 } }), "# only words\na = 2\n");
  assert.equal(edited("# file\n\n# about b\n\t[b]\n", { set: { a: 2 } }), "# file\n\na = 2\n\n# about b\n\t[b]\n");
  assert.equal(edited("[[l]]\nx = 1\n\n", { set: { "a.b": 2 } }), "[[l]]\nx = 1\n\n[a]\nb = 2\n");
  assert.equal(
    edited("[a.b.c]\nx = 1\n", { set: { "a.d": 2, "a.b.e": 3 } }),
    "[a.b.c]\nx = 1\n\n[a]\nd = 2\n\n[a.b]\ne = 3\n",
  );
});

Deno.test("editConfig() takes keys out of TOML, and headers that nothing is left of or said about", () => {
  const text = lines(
    ...["a = 1", "b.c = 2 # bee", "", "[d]", "e = 1", "", "# about f", "[f]", "g = 1", "", "[h] # aitch", "i = 1", ""],
    ...[
      "[j]",
      "# k",
      "k = 1",
      "[l]",
      "m = { n = 1, o = 2, p.q = 3, r = { s = 4 } }",
      "",
      "[[t]]",
      "u = 1 # you",
      "[t.v]",
    ],
  );
  const without = (...remove: readonly string[]) => edited(text, { remove });
  assert.equal(without("nothing", "a.b", "l.m.x", "l.m.n.x", "t.u"), text);
  assert.equal(without("a"), text.replace("a = 1\n", ""));
  assert.equal(without("b.c"), text.replace("b.c = 2 # bee", "# bee"));
  assert.equal(without("b"), text.replace("b.c = 2 # bee", "# bee"));
  assert.equal(without("d.e"), text.replace("[d]\ne = 1\n\n", ""));
  assert.equal(without("d"), text.replace("[d]\ne = 1\n\n", ""));
  assert.equal(without("f.g"), text.replace("g = 1\n\n", "\n"));
  assert.equal(without("h"), text.replace("i = 1\n", ""));
  assert.equal(without("j.k"), text.replace("k = 1\n", ""));
  assert.equal(without("l.m.n"), text.replace("n = 1, ", ""));
  assert.equal(without("l.m.n", "l.m.o"), text.replace("n = 1, o = 2, ", ""));
  assert.equal(without("l.m.p"), text.replace(", p.q = 3", ""));
  assert.equal(without("l.m.r.s"), text.replace(", r = { s = 4 }", ""));
  assert.equal(without("l.m.n", "l.m.o", "l.m.p.q", "l.m.r"), text.replace(/\[l\]\nm = .*\n\n/, "\n"));
  assert.equal(without("t"), text.replace("[[t]]\nu = 1 # you\n[t.v]\n", "# you\n"));
  assert.equal(edited("a = [\n 1, # one\n]\nb = 2", { remove: ["a"] }), "# one\nb = 2");
  assert.equal(
    edited("a = { b = [\n 1, # one\n], c = 2 }\n", { remove: ["a.b"] }),
    "# one\na = { c = 2 }\n",
  );
});

Deno.test("removeTomlKey() leaves alone what is inside of a value", () => {
  for (const text of ["a = 1\n", "a = [{ b = 1 }]\n", "[[a]]\nb = 1\n"]) {
    assert.equal(removeTomlKey(text, ["a", "b"]), text);
  }
});

Deno.test("tomlValue() has no null", () => {
  assert.throws(
    () => tomlValue([null]),
    /^TypeError: Cannot write null: TOML has none, expected the key to be removed$/,
  );
});

Deno.test("editConfig() keeps the comments of a list of TOML with their items", () => {
  const text = lines(
    "[s]",
    "  hosts = [",
    '    "a", # first',
    "    # second",
    '    "b",',
    '    "c" # third',
    "    # last",
    "  ]",
  );
  assert.equal(
    edited(text, { set: { "s.hosts": ["x", "c", "a"] } }),
    lines(
      "[s]",
      "  hosts = [",
      '    "x",',
      '    "c", # third',
      '    "a", # first',
      "    # second",
      "    # last",
      "  ]",
    ),
  );
  assert.equal(edited("a = [\n]\n", { set: { a: [1, { b: 2 }] } }), "a = [\n  1,\n  { b = 2 },\n]\n");
  assert.equal(edited("a = [1, 2] # two\n", { set: { a: [3] } }), "a = [3] # two\n");
  assert.equal(edited("a = [\n  [ # in\n 1 ],\n  2,\n]\n", { set: { a: [2] } }), "a = [\n  2,\n  # in\n]\n");
  assert.equal(edited("  a = [ 1, # one\n]\n", { set: { a: "x" } }), '  # one\n  a = "x"\n');
});

Deno.test("editConfig() sets a list of tables of TOML as a whole", () => {
  const text = lines("[[net]]", "id = 1 # one", "[net.f]", "g = 2", "", "[[net]]", "id = 3", "", "[z]", "a = 1");
  assert.equal(
    edited(text, { set: { net: [{ id: 1 }, { id: 4, f: { g: 2 } }, {}] } }),
    lines("[[net]]", "id = 1", "", "[[net]]", "id = 4", "f = { g = 2 }", "", "[[net]]", "# one", "", "[z]", "a = 1"),
  );
  assert.equal(edited(text, { set: { net: [] } }), lines("# one", "", "net = []", "", "[z]", "a = 1"));
  assert.equal(edited("[[a]]\n", { set: { a: 5 } }), "a = 5\n");
});

Deno.test("editConfig() keeps line ends, the byte order mark, and a text in which nothing changes", () => {
  assert.equal(
    edited("\ufeffa = 1 # x\r\n[b]\r\nc = 2\r\n", { set: { "b.d": 3, "e.f": 4 }, remove: ["a"] }),
    "\ufeff# x\r\n[b]\r\nc = 2\r\nd = 3\r\n\r\n[e]\r\nf = 4\r\n",
  );
  const text = "a = 0x10\n[b]\nc=[1.0,{d = 'e'}]\n[[f]]\n[[f]]\ng=1";
  assert.equal(
    edited(text, { set: { a: 16, b: { c: [1, { d: "e" }] }, f: [{}, { g: 1 }] }, remove: ["x", "b.x"] }),
    text,
  );
  assert.equal(edited('{"b":1}\r\n', { set: { a: 2 } }, "json"), '{\r\n  "b": 1,\r\n  "a": 2\r\n}\r\n');
  assert.equal(edited("a: 1 # x\r\nb: 2\r\n", { set: { a: 2 } }, "yaml"), "a: 2 # x\r\nb: 2\r\n");
});

Deno.test("editConfig() sets a table as a whole, key by key", () => {
  assert.equal(
    edited("[a]\nb = 0x1 # bee\nc = 2\nd = { e = 1, f = 2 }\n", { set: { a: { b: 1, d: { e: 1 }, g: {} } } }),
    "[a]\nb = 0x1 # bee\nd = { e = 1 }\n",
  );
  assert.equal(edited("a = 1\n", { set: { a: { b: 1, "c d": [] } } }), 'a = { b = 1, "c d" = [] }\n');
  assert.equal(edited("a = 1\n", { set: { b: { c: 1, d: { e: 2 } } } }), "a = 1\n\n[b]\nc = 1\n\n[b.d]\ne = 2\n");
  assert.equal(edited("[a]\nb = 1\n", { set: { a: {} } }), "");
});

Deno.test("editConfig() takes quoted parts of keys", () => {
  assert.equal(edited("", { set: { '"a.b"."c d"': 1 } }), '["a.b"]\n"c d" = 1\n');
  assert.equal(edited("[a]\n'x.y' = 1\n", { set: { 'a."x.y"': 2 } }), "[a]\n'x.y' = 2\n");
});

Deno.test("editConfig() says why it does not change something", () => {
  const text = "a = 1\nl = [{ x = 1 }]\n[b]\nc = 1\nd = { e.f = 1 }\n[[t]]\nu = 1\n";
  const says: readonly (readonly [Change, string])[] = [
    [{ set: { "a.b": 2 } }, "a.b is inside of a single value, expected a table there"],
    [{ set: { "l.x": 2 } }, "l.x is inside of a list, expected the list to be set as a whole"],
    [{ set: { "t.u": 2 } }, "t.u is inside of a list, expected the list to be set as a whole"],
    [{ set: { b: 2 } }, "b is a table, expected its keys to be set one by one"],
    [{ set: { "b.d": 1, "b.d.e": 2 } }, "b.d.e is inside of a single value, expected a table there"],
    [{ set: { "b.d.e": 2 } }, "b.d.e is a table, expected its keys to be set one by one"],
    [{ set: { n: null } }, "n is null, which TOML does not know, expected the key to be removed"],
    [{ set: { n: { m: [null] } } }, "n is null, which TOML does not know, expected the key to be removed"],
    [{ set: { n: 2 ** 53 } }, "n is 9007199254740992, expected a number that a file keeps exactly"],
    [{ set: { n: [NaN] } }, "n is NaN, expected a number that a file keeps exactly"],
    [{ set: { n: "\ud800" } }, "n holds half a character, expected whole ones"],
    [{ set: { "__proto__.x": 1 } }, "line 9: __proto__ is a name that no key may have, expected another"],
    [{ set: { "a..b": 1 } }, 'Cannot read key "a..b": a part of it is empty, expected names with dots between'],
    [{ remove: [""] }, 'Cannot read key "": a part of it is empty, expected names with dots between'],
    [{ remove: ['a"b"'] }, 'Cannot read key "a"b"": a quote stands inside a part, expected around it'],
    [{ remove: ['"\\x"'] }, 'Cannot read key ""\\x"": "\\x" has an unknown escape, expected those of JSON'],
    [
      { set: { n: "x".repeat(20_000) } },
      "line 3: a text or a word is longer than 16384 characters, expected at most that",
    ],
  ];
  for (const [change, why] of says) assert.equal(refusal(text, change), `Cannot change "f": ${why}`);
  assert.equal(
    refusal("a = ", { set: { b: 1 } }),
    'Cannot change "f": line 1: there is no value, expected one after "="',
  );
});

Deno.test("editConfig() changes JSON in the order that it has", () => {
  assert.equal(
    edited('{"z": {"y": 1, "x": null}, "a": [1]}', { set: { "z.w": { v: null } }, remove: ["z.y", "a"] }, "json"),
    '{\n  "z": {\n    "x": null,\n    "w": {\n      "v": null\n    }\n  }\n}\n',
  );
  assert.equal(edited("", { set: { "a.b": 1 } }, "json"), '{\n  "a": {\n    "b": 1\n  }\n}\n');
  assert.equal(edited('{"a": {"b": {"c": 1}}, "d": 1}', { remove: ["a.b.c"] }, "json"), '{\n  "d": 1\n}\n');
});

Deno.test("editConfig() changes YAML and keeps its comments, its lists and its quotes", () => {
  const text = lines(
    ...["# my coach", "name: 'Rover' # hers", "", "server:", "  # where", "  port: 0x50", "  hosts:", "  - a # first"],
    ...["  - {x: 1, y: [2]}", "  tls:", '    cert: "a"', "# the end"],
  );
  assert.equal(
    edited(
      text,
      { set: { "server.port": 81, "server.tls.key": "k: 1", new: [1, { a: true }] }, remove: ["name"] },
      "yaml",
    ),
    lines(
      ...[
        "# my coach",
        "# hers",
        "server:",
        "  # where",
        "  port: 0x51",
        "  hosts:",
        "  - a # first",
        "  - {x: 1, y: [2]}",
      ],
      ...["  tls:", '    cert: "a"', '    key: "k: 1"', "new:", "- 1", "- a: true", "", "# the end"],
    ),
  );
  assert.equal(
    edited(text, { set: { "server.hosts": ["b"] } }, "yaml"),
    text.replace("  hosts:", "  # first\n  hosts:").replace("- a # first\n  - {x: 1, y: [2]}", "- b").replace(
      "# the end",
      "\n# the end",
    ),
  );
  assert.equal(
    edited("a:\n    b: 1\n    c:\n        d: 1 # dee\n# end\n", { remove: ["a.c.d"], set: { "a.e": 2 } }, "yaml"),
    "a:\n    b: 1\n    e: 2\n    # dee\n\n# end\n",
  );
  assert.equal(edited("# top\n\na: 1 # one\n", { remove: ["a"] }, "yaml"), "# top\n# one\n");
  assert.equal(edited("a: 1\n", { set: { b: 2, c: [3] }, remove: ["a"] }, "yaml"), "b: 2\nc:\n  - 3\n");
  assert.equal(edited("a: [\n  # x\n  1]\n", { set: { a: [2] } }, "yaml"), "# x\na:\n  - 2\n");
  assert.equal(edited("# nothing\n", { set: { "a.b": null } }, "yaml"), "# nothing\n\na:\n  b: null\n");
  assert.equal(edited("~\n", { set: { a: 1 } }, "yaml"), "a: 1\n");
  assert.equal(edited("a:\n  b:\n    c: 1\nd:\n  - 1\n", { remove: ["a.b.c"] }, "yaml"), "d:\n  - 1\n");
  assert.equal(edited("a:\n  b:\n    c: 1\n  d: 1\n", { remove: ["a.b.c"] }, "yaml"), "a:\n  d: 1\n");
  assert.equal(edited("1: x\n", { set: { "1": "y" } }, "yaml"), '"1": y\n');
});

Deno.test("editConfig() changes no YAML behind an alias", () => {
  const text = "a: &a {b: 1}\nc: *a\nd: 1\n";
  const conflict = "cannot be changed without other keys, expected the change in the file itself";
  assert.equal(refusal(text, { set: { "a.b": 2 } }, "yaml"), `Cannot change "f": a.b ${conflict}`);
  const inside = "is inside of a single value or an alias, expected a table there";
  assert.equal(refusal(text, { set: { "c.b": 2 } }, "yaml"), `Cannot change "f": c.b ${inside}`);
  assert.equal(refusal(text, { set: { "d.b": 2 } }, "yaml"), `Cannot change "f": d.b ${inside}`);
  assert.equal(refusal(text, { remove: ["a"] }, "yaml"), `Cannot change "f": a ${conflict}`);
  assert.equal(edited(text, { set: { d: 2 } }, "yaml"), "a: &a {b: 1}\nc: *a\nd: 2\n");
});
