import type { MappedEntityView, MappingJson, MergePreviewView, PatchOperation } from "../wire/mod.ts";

/** A definition without its id, as the form of a device has it. */
export type Draft = { readonly [field: string]: MappingJson };

/** The definition that a form begins with. */
export function draftOf(definition: Draft): Draft {
  const { id: _, ...draft } = definition;
  return draft;
}

/** Whether two values say the same; the order of keys says nothing. */
export function saysTheSame(a: MappingJson | undefined, b: MappingJson | undefined): boolean {
  return stable(a) === stable(b);
}

function stable(value: MappingJson | undefined): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${stable(value[key])}`).join(",")}}`;
}

/** JSON Patch of what was changed in a form, field by field, so that what was left alone is nobody's edit. */
export function editOperations(
  id: string,
  { before, after }: { readonly before: Draft; readonly after: Draft },
): readonly PatchOperation[] {
  const base = `/entities/${id}`;
  return changedKeys(before, after).flatMap((field) => {
    const [was, is] = [before[field], after[field]];
    if (field !== "provenance" || !isObject(was) || !isObject(is)) return [operation(`${base}/${field}`, was, is)];
    return changedKeys(was, is).map((word) => operation(`${base}/${field}/${word}`, was[word], is[word]));
  });
}

/** Field of an entity → what the model says, for those that the owner changed; null: the model does not say it. */
export function factoryValues(id: string, { changes }: MergePreviewView): Draft {
  const base = `/entities/${id}/`;
  const own = changes.filter(({ path, before, owner }) => path.startsWith(base) && !saysTheSame(before, owner));
  return Object.fromEntries(own.map(({ path, before }) => [path.slice(base.length), before ?? null]));
}

/** The model does not have this device: all of it is the owner's. */
export function isOwnDevice({ edited, removed }: Pick<MappedEntityView, "edited" | "removed">): boolean {
  return !removed && edited.includes("kind");
}

/** Fields that the owner changed, as deep as it is known what the model says: `name`, `provenance/verified`. */
export function editedPaths({ edited }: Pick<MappedEntityView, "edited">, factory: Draft): readonly string[] {
  return edited.flatMap((field) => {
    const known = Object.keys(factory).filter((path) => path === field || path.startsWith(`${field}/`));
    return known.length === 0 ? [field] : known;
  });
}

function changedKeys(before: Draft, after: Draft): readonly string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => key !== "id" && !saysTheSame(before[key], after[key]));
}

function operation(path: string, was: MappingJson | undefined, is: MappingJson | undefined): PatchOperation {
  if (is === undefined) return { op: "remove", path };
  return { op: was === undefined ? "add" : "replace", path, value: is };
}

function isObject(value: MappingJson | undefined): value is Draft {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
