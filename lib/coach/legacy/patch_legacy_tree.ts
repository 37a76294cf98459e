import { MappingPathError, parsePointer } from "../mapping_path.ts";
import { type LegacyMap, type LegacyNode, memberOf, textOf } from "./legacy_node.ts";

/** A tree after one operation of RFC 6902, or why it cannot be done. */
export type PatchedTree = { readonly root: LegacyNode } | { readonly why: string };

/** Most values that are compared for `test`. */
const maxCompared = 10_000;

class CannotPatch extends Error {}

/**
 * Does one operation on a mapping of the earlier program. Sections that are given twice are what they were for that
 * program: the later one.
 *
 * @param operation a map with `op`, `path` and what else the operation needs.
 */
export function patchLegacyTree(root: LegacyNode, operation: LegacyNode): PatchedTree {
  const op = textOf(memberOf(operation, "op"));
  try {
    const path = pointerIn(operation, "path");
    switch (op) {
      case "add":
        return { root: put(root, { path, value: valueIn(operation), mayBeNew: true }) };
      case "replace":
        return { root: put(root, { path, value: valueIn(operation), mayBeNew: false }) };
      case "remove":
        return { root: removed(root, path) };
      case "move": {
        const from = pointerIn(operation, "from");
        if (from.every((part, i) => path[i] === part) && path.length > from.length) {
          return { why: "it would move something into itself" };
        }
        const value = valueAt(root, from);
        return { root: put(removed(root, from), { path, value, mayBeNew: true }) };
      }
      case "copy": {
        const value = valueAt(root, pointerIn(operation, "from"));
        return { root: put(root, { path, value, mayBeNew: true }) };
      }
      case "test":
        return isSame(valueAt(root, path), valueIn(operation))
          ? { root }
          : { why: "the test fails: the mapping has another value there" };
      default:
        return { why: `"op" is "${(op ?? "").slice(0, 40)}", expected one of add, remove, replace, move, copy, test` };
    }
  } catch (error) {
    if (error instanceof CannotPatch || error instanceof MappingPathError) return { why: error.message };
    throw error;
  }
}

function pointerIn(operation: LegacyNode, key: "path" | "from"): readonly string[] {
  const node = memberOf(operation, key);
  if (node?.kind !== "scalar" || typeof node.value !== "string") throw new CannotPatch(`it has no "${key}"`);
  if (node.value.length > 500) throw new CannotPatch(`its "${key}" has more than 500 characters`);
  return parsePointer(node.value);
}

function valueIn(operation: LegacyNode): LegacyNode {
  const value = memberOf(operation, "value");
  if (!value) throw new CannotPatch('it has no "value"');
  return value;
}

function valueAt(root: LegacyNode, path: readonly string[]): LegacyNode {
  let node = root;
  for (const part of path) {
    const child = node.kind === "list" ? node.items[itemIndex(part, node.items.length - 1)] : memberOf(node, part);
    if (!child) throw nothingAt(path);
    node = child;
  }
  return node;
}

interface Put {
  readonly path: readonly string[];
  readonly value: LegacyNode;
  /** `add` makes what is not there. */
  readonly mayBeNew: boolean;
}

/** The tree with a value at a path; only the nodes on the way are new. */
function put(node: LegacyNode, { path, value, mayBeNew }: Put): LegacyNode {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  const inner = (child: LegacyNode) => put(child, { path: rest, value, mayBeNew });
  switch (node.kind) {
    case "map": {
      const at = node.members.findLastIndex(({ key }) => key === part);
      const member = node.members[at];
      if (member) return { ...node, members: node.members.with(at, { ...member, value: inner(member.value) }) };
      if (!mayBeNew || rest.length > 0) throw nothingAt(path);
      return { ...node, members: [...node.members, { key: part, place: value.place, value }] } satisfies LegacyMap;
    }
    case "list": {
      const at = part === "-" ? node.items.length : itemIndex(part, node.items.length);
      const item = node.items[at];
      if (rest.length > 0 || !mayBeNew) {
        if (!item) throw nothingAt(path);
        return { ...node, items: node.items.with(at, inner(item)) };
      }
      return { ...node, items: node.items.toSpliced(at, 0, value) };
    }
    case "scalar":
      throw nothingAt(path);
    default:
      return node satisfies never;
  }
}

function removed(node: LegacyNode, path: readonly string[]): LegacyNode {
  const [part, ...rest] = path;
  if (part === undefined) throw new CannotPatch("it would remove the whole mapping");
  switch (node.kind) {
    case "map": {
      const at = node.members.findLastIndex(({ key }) => key === part);
      const member = node.members[at];
      if (!member) throw nothingAt(path);
      return rest.length === 0
        ? { ...node, members: node.members.toSpliced(at, 1) }
        : { ...node, members: node.members.with(at, { ...member, value: removed(member.value, rest) }) };
    }
    case "list": {
      const at = itemIndex(part, node.items.length - 1);
      const item = node.items[at];
      if (!item) throw nothingAt(path);
      return rest.length === 0
        ? { ...node, items: node.items.toSpliced(at, 1) }
        : { ...node, items: node.items.with(at, removed(item, rest)) };
    }
    case "scalar":
      throw nothingAt(path);
    default:
      return node satisfies never;
  }
}

/** Place in a list [0, most]. */
function itemIndex(part: string, most: number): number {
  const index = /^(0|[1-9]\d{0,5})$/.test(part) ? Number(part) : -1;
  if (index < 0 || index > most) throw nothingAt([part]);
  return index;
}

function nothingAt(path: readonly string[]): CannotPatch {
  return new CannotPatch(`there is nothing at "${path.join("/").slice(0, 100)}" of the mapping`);
}

function isSame(a: LegacyNode, b: LegacyNode): boolean {
  let left = maxCompared;
  const same = (one: LegacyNode, other: LegacyNode): boolean => {
    if (--left < 0) return false;
    if (one === other) return true;
    if (one.kind === "scalar" || other.kind === "scalar") {
      return one.kind === "scalar" && other.kind === "scalar" && one.value === other.value;
    }
    if (one.kind === "list" || other.kind === "list") {
      return one.kind === "list" && other.kind === "list" && one.items.length === other.items.length &&
        one.items.every((item, i) => same(item, other.items[i] ?? one));
    }
    const keys = new Set(one.members.map(({ key }) => key));
    return keys.size === new Set(other.members.map(({ key }) => key)).size && [...keys].every((key) => {
      const [own, theirs] = [memberOf(one, key), memberOf(other, key)];
      return own !== undefined && theirs !== undefined && same(own, theirs);
    });
  };
  return same(a, b);
}
