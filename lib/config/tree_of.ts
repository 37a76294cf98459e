import type { LineIndex } from "./line_index.ts";
import type { ParseLimits } from "./parse_limits.ts";
import type { ConfigTree, ConfigValue } from "./types.ts";
import type { Mistake, Written, WrittenTable } from "./written.ts";

/** Where a value and its key are written, and those inside of it. Offsets in UTF-16 units. */
export interface PlaceNode {
  readonly valueOffset: number;
  readonly keyOffset: number;
  readonly inside: ReadonlyMap<string, PlaceNode>;
}

/** Values of a file, and what is wrong with them. */
export interface TreeReading {
  readonly tree: ConfigTree;
  readonly places: PlaceNode;
  readonly mistakes: readonly Mistake[];
}

/** Names that reach into the prototypes of JavaScript's objects. */
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
/** A broken file is told once, not ten thousand times. */
const maxMistakes = 50;

/** Makes values of what is written, within the limits: keys once, no values a configuration cannot hold. */
export function treeOf(
  written: WrittenTable,
  options: { readonly lines: LineIndex; readonly limits: ParseLimits },
): TreeReading {
  const walk = new TreeWalk(options);
  const { value, places } = walk.table(written, { path: [], keyOffset: written.offset });
  return { tree: value, places, mistakes: walk.mistakes };
}

interface At {
  readonly path: readonly string[];
  readonly keyOffset: number;
}

interface Walked<Value extends ConfigValue> {
  readonly value: Value;
  readonly places: PlaceNode;
}

class TreeWalk {
  readonly mistakes: Mistake[] = [];
  readonly #lines: LineIndex;
  readonly #limits: ParseLimits;
  #values = 0;
  #full = false;

  constructor({ lines, limits }: { readonly lines: LineIndex; readonly limits: ParseLimits }) {
    this.#lines = lines;
    this.#limits = limits;
  }

  table(written: WrittenTable, at: At): Walked<ConfigTree> {
    const tree: Record<string, ConfigValue> = {};
    const inside = new Map<string, PlaceNode>();
    for (const { key, offset, value } of written.entries) {
      const path = [...at.path, key];
      const first = inside.get(key);
      if (first) {
        const [line, again] = [first.keyOffset, offset].map((of) => this.#lines.placeOf(of).line);
        this.#note({ offset, path, text: `is written in line ${line} and again in line ${again}, expected once` });
        continue;
      }
      if (forbiddenKeys.has(key)) {
        this.#note({ offset, path, text: "is a name that no key may have, expected another" });
        continue;
      }
      const walked = this.#value(value, { path, keyOffset: offset });
      inside.set(key, walked.places);
      tree[key] = walked.value;
    }
    return { value: tree, places: { valueOffset: written.offset, keyOffset: at.keyOffset, inside } };
  }

  #value(written: Written, at: At): Walked<ConfigValue> {
    const leaf = { valueOffset: written.offset, keyOffset: at.keyOffset, inside: new Map<string, PlaceNode>() };
    if (!this.#withinLimits(written, at)) return { value: null, places: leaf };
    if (written.kind === "table") return this.table(written, at);
    if (written.kind === "refused") {
      this.#note({ offset: written.offset, path: at.path, text: written.text });
      return { value: null, places: leaf };
    }
    if (written.kind === "scalar") {
      if (typeof written.value === "string" && !written.value.isWellFormed()) {
        this.#note({ offset: written.offset, path: at.path, text: "holds half a character, expected whole ones" });
      }
      return { value: written.value, places: leaf };
    }
    const items = written.items.map((item, index) => {
      const walked = this.#value(item, { path: [...at.path, String(index)], keyOffset: item.offset });
      leaf.inside.set(String(index), walked.places);
      return walked.value;
    });
    return { value: items, places: leaf };
  }

  #withinLimits(written: Written, { path }: At): boolean {
    const { maxDepth, maxValues } = this.#limits;
    if (this.#full) return false;
    if (path.length > maxDepth) {
      this.#note({ offset: written.offset, text: `is nested more than ${maxDepth} deep, expected at most that` });
      this.#full = true;
    } else if (++this.#values > maxValues) {
      this.#note({ text: `has more than ${maxValues} values, expected at most that` });
      this.#full = true;
    }
    return !this.#full;
  }

  #note(mistake: Mistake): void {
    if (this.mistakes.length < maxMistakes) this.mistakes.push(mistake);
  }
}
