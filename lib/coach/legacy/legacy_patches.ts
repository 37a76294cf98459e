import type { CoachModel } from "../definition.ts";
import { sameJson } from "../json_value.ts";
import type { Json } from "../mapping.ts";
import { documentOf, entityPath, leavesOf } from "../mapping_document.ts";
import type { LegacyModel } from "./legacy_model.ts";
import { isDgnKey } from "./legacy_mentions.ts";
import { type LegacyMap, type LegacyNode, memberOf, textOf } from "./legacy_node.ts";
import { type LegacyEdit, type LegacyRemark, type NotMapped, startOf } from "./legacy_plan.ts";
import { patchLegacyTree } from "./patch_legacy_tree.ts";
import { readLegacyYaml } from "./read_legacy_yaml.ts";

/** What `user_patches.json` makes of the mapping. */
export interface LegacyPatches {
  /** Against the model of the mapping without the patches. */
  readonly edits: readonly LegacyEdit[];
  readonly notMapped: readonly NotMapped[];
  readonly changed: readonly LegacyRemark[];
  readonly problems: readonly LegacyRemark[];
  /** Operations, and how many of them are not mapped. */
  readonly found: number;
  readonly listed: number;
}

const nothing: LegacyPatches = { edits: [], notMapped: [], changed: [], problems: [], found: 0, listed: 0 };
const maxOperations = 1000;

/** Fields of an entity, and sections, of which something is made. */
const telling: ReadonlySet<string> = new Set([
  "area",
  "areas",
  "capabilities",
  "coach_info",
  "command",
  "command_instances",
  "device_type",
  "entities",
  "entity_id",
  "friendly_name",
  "id",
  "instance",
  "name",
  "pgn",
  "sources",
  "suggested_area",
  "tank_type",
  "type",
]);

/**
 * Reads `user_patches.json` (RFC 6902 against the earlier mapping) and tells what it changes in the model. An operation
 * that cannot be done is left out, and the rest holds.
 *
 * @param options.remake makes the model of a patched mapping.
 */
export function legacyPatches(text: string, options: {
  readonly file: string;
  readonly root: LegacyMap;
  readonly before: LegacyModel;
  readonly remake: (root: LegacyMap) => LegacyModel;
}): LegacyPatches {
  const { file, root, before, remake } = options;
  const { node, problems } = readLegacyYaml(text, file);
  const list = node?.kind === "list" ? node : memberOf(node, "patches") ?? memberOf(node, "operations");
  if (list?.kind !== "list") {
    const empty = node === undefined || (node.kind === "scalar" && node.value === null);
    const where = node?.place ?? startOf(file);
    const wrong = { where, text: "the file is no list of operations, expected JSON Patch (RFC 6902)" };
    return { ...nothing, problems: empty ? problems : [...problems, wrong] };
  }
  if (list.items.length > maxOperations) {
    const text = `the file has ${list.items.length} operations, expected at most ${maxOperations}`;
    return { ...nothing, problems: [...problems, { where: list.place, text }] };
  }
  const { patched, notMapped } = applyAll(list.items, root);
  const counts = { found: list.items.length, listed: notMapped.length };
  if (patched === root) return { ...nothing, notMapped, problems, ...counts };
  const after = remake(patched);
  const edits = before.model && after.model ? editsBetween(before.model, after.model, file) : [];
  return {
    edits,
    notMapped: [...notMapped, ...newOf(before.notMapped, after.notMapped)],
    changed: newOf(before.changed, after.changed),
    problems,
    ...counts,
  };
}

function applyAll(operations: readonly LegacyNode[], root: LegacyMap): {
  readonly patched: LegacyMap;
  readonly notMapped: readonly NotMapped[];
} {
  const notMapped: NotMapped[] = [];
  let patched = root;
  for (const [index, operation] of operations.entries()) {
    const op = textOf(memberOf(operation, "op"));
    const path = textOf(memberOf(operation, "path")) ?? "";
    const what = `change ${index + 1} of the mapping (${op ?? "?"} ${path})`.slice(0, 150);
    const leave = (why: string) => notMapped.push({ where: operation.place, what, why });
    const result = patchLegacyTree(patched, operation);
    if ("why" in result) leave(result.why);
    else if (result.root.kind !== "map") leave("it would leave no mapping");
    else {
      if (op !== "test" && !isTelling(path)) leave("nothing is made of what it changes");
      patched = result.root;
    }
  }
  return { patched, notMapped };
}

/** Whether anything is made of what is at a path: an entity as a whole, or one of the fields that count. */
function isTelling(path: string): boolean {
  const [, section = "", ...rest] = path.split("/");
  if (section === "areas" || section === "coach_info") return true;
  if (section !== "entities" && !isDgnKey(section)) return false;
  // Names of entities and numbers of items may be anything.
  const fields = rest.slice(section === "entities" ? 1 : 2).filter((part) => !/^(\d+|-)$/.test(part));
  return fields.length === 0 || telling.has(fields[0] ?? "");
}

/** What the patches brought. */
function newOf<T>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Set(before.map((remark) => JSON.stringify(remark)));
  return after.filter((remark) => !known.has(JSON.stringify(remark)));
}

function editsBetween(before: CoachModel, after: CoachModel, from: string): readonly LegacyEdit[] {
  const [old, now] = [documentOf(before), documentOf(after)];
  const [oldLeaves, nowLeaves] = [leavesOf(old), leavesOf(now)];
  const edits: LegacyEdit[] = [];
  // A new area first: entities name it.
  for (const [path, value] of nowLeaves) {
    const [, section, id = ""] = path.split("/");
    if (section === "order" || section === "model") continue;
    if (section === "entities" && !Object.hasOwn(old.entities, id)) continue;
    const known = oldLeaves.get(path);
    if (known === undefined || !sameJson(known, value)) edits.push({ path, value, from });
  }
  for (const [id, value] of Object.entries(now.entities)) {
    if (!Object.hasOwn(old.entities, id)) edits.push({ path: entityPath(id), value: value as Json, from });
  }
  for (const id of Object.keys(old.entities)) {
    if (!Object.hasOwn(now.entities, id)) edits.push({ path: entityPath(id), from });
  }
  for (const path of oldLeaves.keys()) {
    const [, section, id = ""] = path.split("/");
    if (section === "entities" && Object.hasOwn(now.entities, id) && !nowLeaves.has(path)) edits.push({ path, from });
  }
  return edits;
}
