import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import { isReservedWord } from "./mapping_path.ts";
import { boundsProblem, yamlLimits } from "./yaml_bounds.ts";

/** A place in a text, both from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Something wrong at a place of a text. */
export interface SourceProblem extends TextPlace {
  /** Dotted path of the value, e.g. `entities[3].load.instances`; empty for the whole. */
  readonly path: string;
  /** What is true, what was wanted. */
  readonly text: string;
}

/** A YAML text as plain values, and where each of them stands. */
export interface YamlSource {
  readonly value: unknown;
  /** Place of the value at a path; of the nearest enclosing value when the path does not exist. */
  placeOf(path: readonly PropertyKey[]): TextPlace;
  /** Place of the key at the end of a path; of the nearest enclosing value when there is no such key. */
  placeOfKey(path: readonly PropertyKey[]): TextPlace;
}

/** Path as people write it: `entities[3].load.instances`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

/**
 * Reads YAML 1.2. A key given twice is an error that names both lines; anchors may not copy themselves into billions
 * of values; nothing is ever executed or constructed.
 */
export function parseYaml(
  text: string,
): { readonly source: YamlSource; readonly problems: readonly SourceProblem[] } | {
  readonly source: undefined;
  readonly problems: readonly SourceProblem[];
} {
  const bounds = boundsProblem(text);
  if (bounds !== undefined) return failed(bounds);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, version: "1.2" });
  const placeAt = (offset: number): TextPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // A warning is a tag that nothing here knows: what its author meant would be lost.
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    return {
      source: undefined,
      problems: errors.map((error) => ({ ...placeAt(error.pos[0]), path: "", text: error.message })),
    };
  }
  const walk = walkNodes(document.contents, placeAt);
  if (walk.fatal) return { source: undefined, problems: walk.problems };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: yamlLimits.aliases });
  } catch (cause) {
    // The package throws when aliases unfold into more than the limit.
    return failed(`the aliases cannot be resolved: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return { source: { value, ...placesIn(document.contents, placeAt) }, problems: walk.problems };
}

function failed(text: string): { readonly source: undefined; readonly problems: readonly SourceProblem[] } {
  return { source: undefined, problems: [{ line: 1, column: 1, path: "", text }] };
}

function offsetOf(node: unknown): number {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? 0;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Every key once, and no deeper than allowed. */
function walkNodes(
  root: Node | null,
  placeAt: (offset: number) => TextPlace,
): { readonly problems: readonly SourceProblem[]; readonly fatal: boolean } {
  const problems: SourceProblem[] = [];
  let fatal = false;
  let aliases = 0;
  const visit = (node: unknown, path: readonly PropertyKey[]): void => {
    if (fatal) return;
    const stop = (text: string) => {
      fatal = true;
      problems.push({ ...placeAt(offsetOf(node)), path: pathText(path), text });
    };
    if (path.length > yamlLimits.depth) {
      return stop(`is nested ${path.length} deep, expected at most ${yamlLimits.depth}`);
    }
    if (isAlias(node) && ++aliases > yamlLimits.aliases) {
      return stop(`more than ${yamlLimits.aliases} aliases, expected fewer`);
    }
    if (isSeq(node)) node.items.forEach((item, i) => visit(item, [...path, i]));
    if (!isMap(node)) return;
    const seen = new Map<string, TextPlace>();
    for (const pair of node.items) {
      const key = keyText(pair);
      const place = placeAt(offsetOf(pair.key));
      const first = seen.get(key);
      if (first) {
        const text = `key "${key}" is given twice, on lines ${first.line} and ${place.line}, expected once`;
        problems.push({ ...place, path: pathText([...path, key]), text });
      } else seen.set(key, place);
      if (isReservedWord(key)) {
        problems.push({
          ...place,
          path: pathText([...path, key]),
          text: `"${key}" is a reserved word, expected another`,
        });
      }
      visit(pair.value, [...path, key]);
    }
  };
  visit(root, []);
  return { problems, fatal };
}

function placesIn(
  root: Node | null,
  placeAt: (offset: number) => TextPlace,
): Pick<YamlSource, "placeOf" | "placeOfKey"> {
  const find = (path: readonly PropertyKey[]) => {
    let node: unknown = root;
    let key: unknown = undefined;
    for (const part of path) {
      const next: { readonly value: unknown; readonly key?: unknown } | undefined = isMap(node)
        ? node.items.find((pair) => keyText(pair) === String(part))
        : isSeq(node) && typeof part === "number" && part < node.items.length
        ? { value: node.items[part] }
        : undefined;
      if (!next) return { node, key: undefined };
      key = next.key;
      node = next.value ?? next.key;
    }
    return { node, key };
  };
  return {
    placeOf: (path) => placeAt(offsetOf(find(path).node)),
    placeOfKey: (path) => {
      const { node, key } = find(path);
      return placeAt(offsetOf(key ?? node));
    },
  };
}
