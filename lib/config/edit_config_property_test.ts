import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError } from "./config_error.ts";
import { dottedKey } from "./dotted_key.ts";
import { editConfig } from "./edit_config.ts";
import { parseConfig } from "./parse_config.ts";
import { stringify } from "yaml";
import { isTable, valueAt } from "./same_value.ts";
import { isWithin } from "./toml_layout.ts";
import { tomlValue } from "./toml_value.ts";
import type { ConfigTree, ConfigValue } from "./types.ts";

/** Numbers in [0, 1) that follow from a seed, for choices that need not shrink. */
function choices(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Path = readonly string[];

/** Writes a tree as TOML the way people do: in many forms, with comments and blank lines everywhere. */
class Author {
  readonly #next: () => number;
  #comments = 0;
  text = "";

  constructor(tree: ConfigTree, seed: number) {
    this.#next = choices(seed);
    if (this.#often(0.3)) this.text += `${this.#comment()}\n\n`;
    this.#body(tree, []);
    if (this.#often(0.2)) this.text += this.#comment();
    if (this.#often(0.2)) this.text = this.text.trimEnd();
  }

  #often(chance: number): boolean {
    return this.#next() < chance;
  }

  #comment(): string {
    return `# note ${++this.#comments}.`;
  }

  #lineEnd(): string {
    return `${this.#often(0.2) ? ` ${this.#comment()}` : ""}\n`;
  }

  #gap(): string {
    const blank = this.#often(0.3) ? "\n" : "";
    return blank + (this.#often(0.2) ? `${this.#comment()}\n` : "");
  }

  /** The keys of a table whose header is written, then the tables in it. */
  #body(tree: ConfigTree, path: Path): void {
    const later: (() => void)[] = [];
    for (const [key, value] of Object.entries(tree)) {
      const own = [...path, key];
      if (isTable(value) && this.#often(0.7)) later.push(() => this.#table(value, own));
      else if (Array.isArray(value) && value.length > 0 && value.every(isTable) && this.#often(0.6)) {
        later.push(() => this.#tables(value as readonly ConfigTree[], own));
      } else this.#entry([key], value);
    }
    for (const write of later) write();
  }

  #table(tree: ConfigTree, path: Path): void {
    const values = Object.values(tree);
    const implied = values.length > 0 && values.every((value) => isTable(value) && Object.keys(value).length > 0);
    if (implied && this.#often(0.5)) {
      for (const [key, value] of Object.entries(tree)) this.#table(value as ConfigTree, [...path, key]);
      return;
    }
    this.text += `${this.#gap()}[${dottedKey(path)}]${this.#lineEnd()}`;
    this.#body(tree, path);
  }

  #tables(list: readonly ConfigTree[], path: Path): void {
    for (const tree of list) {
      this.text += `${this.#gap()}[[${dottedKey(path)}]]${this.#lineEnd()}`;
      this.#body(tree, path);
    }
  }

  /** A key with its value; a table that is not empty may be spread over dotted keys. */
  #entry(keys: Path, value: ConfigValue): void {
    if (isTable(value) && Object.keys(value).length > 0 && this.#often(0.5)) {
      for (const [key, inner] of Object.entries(value)) this.#entry([...keys, key], inner);
      return;
    }
    const space = this.#often(0.8) ? " " : "";
    const indent = this.#often(0.1) ? "  " : "";
    this.text += `${this.#gap()}${indent}${dottedKey(keys)}${space}=${space}${this.#value(value)}${this.#lineEnd()}`;
  }

  #value(value: ConfigValue): string {
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && this.#often(0.3)) {
      return `0x${value.toString(16)}`;
    }
    if (typeof value === "string" && /^[ -&(-~]*$/.test(value) && this.#often(0.3)) return `'${value}'`;
    if (Array.isArray(value) && this.#often(0.4)) {
      const items = value.map((item) => `${this.#gap()}  ${this.#value(item)},${this.#lineEnd()}`);
      return `[\n${items.join("")}${this.#gap()}]`;
    }
    return tomlValue(value);
  }
}

const key = fc.constantFrom("a", "b", "c", "d", "port", "a b", "x.y");
const single = fc.oneof(
  fc.stringMatching(/^[ -~]{0,6}$/),
  fc.constantFrom("line\nbreak", "é\u{1f600}", 'quo"te', "\\", "\x7f"),
  fc.integer({ min: -5, max: 300 }),
  fc.constantFrom(0.5, -1.25, 1e-9),
  fc.boolean(),
);
const { value: values } = fc.letrec((tie) => ({
  tree: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    single,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(tie("tree"), { maxLength: 3 }),
    tie("tree"),
    tie("tree"),
  ),
}));
const trees = fc.dictionary(key, values, { maxKeys: 5, noNullPrototype: true }) as fc.Arbitrary<ConfigTree>;

/** A document, keys to take out and keys to set; `pick` chooses among the paths that there are. */
const edits = fc.record({
  tree: trees,
  seed: fc.nat(),
  remove: fc.array(fc.record({ pick: fc.nat(), extra: fc.array(key, { maxLength: 1 }) }), { maxLength: 2 }),
  set: fc.array(
    fc.record({ pick: fc.nat(), extra: fc.array(key, { maxLength: 3 }), value: values as fc.Arbitrary<ConfigValue> }),
    { maxLength: 3 },
  ),
});

function pathsIn(tree: ConfigTree, path: Path = []): readonly Path[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const own = [...path, name];
    return [own, ...(isTable(value) ? pathsIn(value, own) : [])];
  });
}

function pathOf(tree: ConfigTree, { pick, extra }: { readonly pick: number; readonly extra: Path }): Path {
  const paths = [...pathsIn(tree), []];
  return [...paths[pick % paths.length] ?? [], ...extra];
}

function replacesTable(old: ConfigValue | undefined, value: ConfigValue): boolean {
  if (!isTable(old)) return false;
  return !isTable(value) || Object.entries(value).some(([name, inner]) => replacesTable(valueAt(old, [name]), inner));
}

/** What `editConfig()` must come to, by simpler means: on a copy that is changed. */
class Model {
  readonly tree: Record<string, ConfigValue>;
  refused = false;
  /** A single value takes the place of a table, which depends on the form in which that is written. */
  mayBeRefused = false;

  constructor(tree: ConfigTree) {
    this.tree = structuredClone(tree) as Record<string, ConfigValue>;
  }

  remove(path: Path): void {
    const holder = path.length === 1 ? this.tree : valueAt(this.tree, path.slice(0, -1));
    if (isTable(holder)) delete (holder as Record<string, ConfigValue>)[path.at(-1) ?? ""];
  }

  set(path: Path, value: ConfigValue): void {
    // Tables without keys are as good as none.
    const says = !isTable(value) || Object.keys(dense(value)).length > 0;
    if (!says && valueAt(this.tree, path) === undefined) return;
    let holder = this.tree;
    for (const part of path.slice(0, -1)) {
      const next = Object.hasOwn(holder, part) ? holder[part] : undefined;
      if (next !== undefined && !isTable(next)) return void (this.refused = true);
      holder = (next ?? (holder[part] = {})) as Record<string, ConfigValue>;
    }
    const name = path.at(-1) ?? "";
    const old = Object.hasOwn(holder, name) ? holder[name] : undefined;
    if (replacesTable(old, value)) this.mayBeRefused = true;
    holder[name] = structuredClone(value);
  }
}

/** A tree without tables that hold nothing: a header may stay for the sake of its comments. */
function dense(tree: ConfigTree): ConfigTree {
  const inner = Object.entries(tree).map(([name, item]) => [name, isTable(item) ? dense(item) : item] as const);
  return Object.fromEntries(inner.filter(([, item]) => !isTable(item) || Object.keys(item).length > 0));
}

function treeIn(text: string): ConfigTree {
  const result = parseConfig(text, { file: "f", format: "toml" });
  assert.ok(result.kind === "parsed", JSON.stringify(result) + text);
  return result.parsed.tree;
}

const notes = (text: string) => text.match(/# note \d+\./g)?.toSorted() ?? [];

Deno.test("editConfig() changes exactly the keys it is asked to, and every comment survives", () => {
  let [made, refused] = [0, 0];
  fc.assert(
    fc.property(edits, ({ tree, seed, remove, set }) => {
      const { text } = new Author(tree, seed);
      assert.deepEqual(treeIn(text), tree);
      const removed = remove.map((choice) => pathOf(tree, choice)).filter((path) => path.length > 0);
      const changed = set.map(({ value, ...choice }) => ({ path: pathOf(tree, choice), value }))
        .filter(({ path }) => path.length > 0);
      const model = new Model(tree);
      for (const path of removed) model.remove(path);
      const wanted = Object.fromEntries(changed.map(({ path, value }) => [dottedKey(path), value]));
      for (const [, { path, value }] of new Map(changed.map((one) => [dottedKey(one.path), one]))) {
        model.set(path, value);
      }
      const edit = () => editConfig(text, { format: "toml", file: "f", set: wanted, remove: removed.map(dottedKey) });
      if (model.refused) {
        refused++;
        assert.throws(edit, ConfigError);
        return;
      }
      // A table that was taken out may leave its header behind, for its comments: no single value can take its place.
      const mayBeRefused = model.mayBeRefused ||
        changed.some(({ path, value }) => replacesTable(valueAt(tree, path), value));
      let after: string;
      try {
        after = edit();
      } catch (error) {
        assert.ok(mayBeRefused && error instanceof ConfigError, String(error));
        return;
      }
      made++;
      assert.deepEqual(dense(treeIn(after)), dense(model.tree));
      assert.deepEqual(notes(after), notes(text));
      const apart = changed.every(({ path }) =>
        changed.every((other) => other.path === path || !isWithin(other.path, path))
      );
      if (apart) assert.equal(editConfig(after, { format: "toml", file: "f", set: wanted }), after, "a second time");
    }),
    { numRuns: 1_500 },
  );
  assert.ok(made > 500 && refused > 50, `${made} made, ${refused} refused`);
});

Deno.test("editConfig() touches no other line of TOML when a single value is set anew", () => {
  let changed = 0;
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), (tree, seed, pick) => {
      const { text } = new Author(tree, seed);
      const paths = pathsIn(tree).filter((path) => typeof valueAt(tree, path) !== "object");
      const path = paths[pick % paths.length];
      if (!path) return;
      const after = editConfig(text, { format: "toml", file: "f", set: { [dottedKey(path)]: "quite new" } });
      const [old, now] = [text, after].map((whole) => whole.split("\n"));
      const different = old?.filter((line, index) => line !== now?.[index]) ?? [];
      assert.deepEqual([now?.length, different.length], [old?.length, 1], `${text}\n=>\n${after}`);
      changed++;
    }),
    { numRuns: 1_000 },
  );
  assert.ok(changed > 300, `${changed} values were set`);
});

/** A tree as YAML with comments above lines and behind them. */
function yamlBy(tree: ConfigTree, seed: number): string {
  const next = choices(seed);
  let count = 0;
  const lines = stringify(tree, { lineWidth: 0, aliasDuplicateObjects: false, indentSeq: next() < 0.5 }).trimEnd();
  return lines.split("\n").map((line) => {
    const above = next() < 0.2 ? `${/^ */.exec(line)}# note ${++count}.\n` : "";
    const behind = next() < 0.2 ? ` # note ${++count}.` : "";
    return `${next() < 0.1 ? "\n" : ""}${above}${line}${behind}\n`;
  }).join("");
}

Deno.test("editConfig() changes exactly the keys of YAML and JSON that it is asked to, and comments survive", () => {
  let [made, refused] = [0, 0];
  fc.assert(
    fc.property(edits, ({ tree: any, seed, remove, set }) => {
      const tree = withoutLineBreaks(any) as ConfigTree;
      const files = [["yaml", yamlBy(tree, seed)], ["json", JSON.stringify(tree)]] as const;
      const removed = remove.map((choice) => pathOf(tree, choice)).filter((path) => path.length > 0);
      const changed = new Map(set.map(({ value, ...choice }) => [dottedKey(pathOf(tree, choice)), { value, choice }]));
      changed.delete("");
      const model = new Model(tree);
      for (const path of removed) model.remove(path);
      for (const { value, choice } of changed.values()) model.set(pathOf(tree, choice), value);
      const wanted = Object.fromEntries([...changed].map(([name, { value }]) => [name, value]));
      for (const [format, text] of files) {
        let after: string;
        try {
          after = editConfig(text, { format, file: "f", set: wanted, remove: removed.map(dottedKey) });
        } catch (error) {
          assert.ok(error instanceof ConfigError && (model.refused || model.mayBeRefused), String(error));
          refused++;
          continue;
        }
        const result = parseConfig(after, { file: "f", format });
        assert.ok(result.kind === "parsed", after);
        if (!model.refused) assert.deepEqual(dense(result.parsed.tree), dense(model.tree));
        assert.deepEqual(notes(after), notes(text), `${text}\n=>\n${after}`);
        made++;
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(made > 1_000 && refused > 20, `${made} made, ${refused} refused`);
});

function withoutLineBreaks(value: ConfigValue): ConfigValue {
  if (typeof value === "string") return value.replaceAll("\n", " ");
  if (Array.isArray(value)) return value.map(withoutLineBreaks);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutLineBreaks(inner)]));
}
