import { type ConfigKey, configKeys, rootNode, type SchemaNode } from "./config_keys.ts";
import { dottedKey } from "./dotted_key.ts";
import { childOf } from "./find_key.ts";
import type { Leaf } from "./leaf.ts";
import type { Place } from "./line_index.ts";
import { shownValue } from "./problem_text.ts";
import type { ConfigProblem, ConfigTree, ConfigValue, Layer, Origin, Writer } from "./types.ts";
import { isCoreSection, unknownKeyText } from "./unknown_key.ts";

/** Where a tree comes from. */
export interface TreeSource {
  readonly layer: Layer;
  /** File, table or flag, as people know it. */
  readonly where: string;
  readonly placeOf?: (path: readonly string[]) => Place | undefined;
  readonly placeOfKey?: (path: readonly string[]) => Place | undefined;
  /** Keys before those of the tree, e.g. `overrides` in a profile: places are asked for with them. */
  readonly prefix?: readonly string[];
}

/** What of a tree holds, and what was left out of it. */
export interface CheckedTree {
  readonly leaves: readonly Leaf[];
  readonly problems: readonly ConfigProblem[];
}

/** Checks a tree against the schema, key by key: a wrong value is left out with a problem, the rest holds. */
export function checkTree(tree: ConfigTree, source: TreeSource): CheckedTree {
  const walk = new TreeCheck(source);
  walk.section(rootNode, { value: tree, path: [] });
  return { leaves: walk.leaves, problems: walk.problems };
}

/** What is wrong with one value of a key, to follow the key, and with which item of a list; undefined: nothing. */
export function valueProblem(
  definition: ConfigKey,
  value: ConfigValue,
): { readonly text: string; readonly item?: number } | undefined {
  if (definition.facts.secret) {
    const means = "a file named by an environment variable that ends in _FILE";
    return { text: `is a secret, which no file of the configuration holds, expected ${means}` };
  }
  if (definition.schema.safeParse(value).success) return undefined;
  if (Array.isArray(value) && definition.type === "list") {
    const item = value.findIndex((item) => !definition.schema.safeParse([item]).success);
    if (item >= 0) return { text: `has ${shownValue(value[item])}, expected ${definition.expected}`, item };
  }
  return { text: `is ${shownValue(value)}, expected ${definition.expected}` };
}

/** Why people may not write a key where they tried to. */
const onlyWrittenBy: Readonly<Record<Writer, (layers: ReadonlySet<Layer>) => string>> = {
  installer: () => "is for the installer, expected it in the system file",
  owner: (layers) => `is not kept here, expected it in ${[...layers].join(" or ")}`,
  program: () => "is written by the program alone, nobody sets it",
  release: (layers) =>
    layers.has("model")
      ? "is a fact of the coach model, expected the change in Settings, Coach"
      : "is a fact of this release, nobody sets it",
};

/** Why a layer may not write a key, to follow the key; undefined: it may. */
export function writerProblem({ facts, layers }: ConfigKey, layer: Layer): string | undefined {
  return facts.secret || layers.has(layer) ? undefined : onlyWrittenBy[facts.who](layers);
}

interface At {
  readonly value: ConfigValue;
  readonly path: readonly string[];
}

class TreeCheck {
  readonly leaves: Leaf[] = [];
  readonly problems: ConfigProblem[] = [];
  readonly #source: TreeSource;

  constructor(source: TreeSource) {
    this.#source = source;
  }

  section(node: SchemaNode, { value, path }: At): void {
    for (const [name, inner] of Object.entries(value as ConfigTree)) {
      const at = { value: inner, path: [...path, name] };
      const child = childOf(node, name);
      if (!child) this.#unknown(node, at);
      else if (child.kind === "key") this.#leaf(child.key, at);
      else if (typeof inner !== "object" || inner === null || Array.isArray(inner)) this.#notATable(at);
      else this.section(child, at);
    }
  }

  #leaf(definition: ConfigKey, { value, path }: At): void {
    const { layer } = this.#source;
    const wrongWriter = writerProblem(definition, layer);
    if (wrongWriter !== undefined) return this.#problem(path, { text: wrongWriter, place: this.#keyPlace(path) });
    const wrongValue = valueProblem(definition, value);
    if (wrongValue) {
      const { text, item } = wrongValue;
      const place = this.#valuePlace(item === undefined ? path : [...path, String(item)]);
      return this.#problem(path, { text, place });
    }
    const origin: Origin = { layer, where: this.#source.where, ...this.#valuePlace(path) };
    this.leaves.push({ key: dottedKey(path), path, definition, value, origin });
  }

  #unknown(parent: SchemaNode, at: At): void {
    for (const path of isCoreSection(at.path) ? leafPathsOf(at) : [at.path]) {
      this.#problem(path, { text: unknownKeyText(path, parent), place: this.#keyPlace(path) });
    }
  }

  #notATable({ value, path }: At): void {
    const inside = configKeys.find(({ key }) => key.startsWith(`${path.join(".")}.`))?.key ?? "";
    const text = `is ${shownValue(value)}, expected a table with keys such as ${inside}`;
    this.#problem(path, { text, place: this.#valuePlace(path) });
  }

  #problem(
    path: readonly string[],
    { text, place }: { readonly text: string; readonly place: Place | undefined },
  ): void {
    this.problems.push({ file: this.#source.where, ...place, key: dottedKey(path), text });
  }

  #valuePlace(path: readonly string[]): Place | undefined {
    return this.#source.placeOf?.([...this.#source.prefix ?? [], ...path]);
  }

  #keyPlace(path: readonly string[]): Place | undefined {
    return this.#source.placeOfKey?.([...this.#source.prefix ?? [], ...path]);
  }
}

/** Paths of the values inside; of an empty table its own. */
function leafPathsOf({ value, path }: At): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  const inside = Object.entries(value as ConfigTree);
  if (inside.length === 0) return [path];
  return inside.flatMap(([name, inner]) => leafPathsOf({ value: inner, path: [...path, name] }));
}
