import type { LegacyEdit, LegacyPlan, LegacySetting } from "../coach/legacy/mod.ts";
import { type CoachModel, documentOf, type Json, type MappingDocument, sameJson } from "../coach/mod.ts";
import type { PatchOperation } from "../wire/mod.ts";
import type { LegacyRecord } from "./legacy_record.ts";
import type { LegacyTarget } from "./legacy_target.ts";

/** Something of the plan that is left as it is now, because its owner wants it so. */
export interface Kept {
  readonly of: "mapping" | "settings";
  readonly what: string;
  readonly why: string;
}

/** What of a plan there is to do. */
export interface LegacyWork {
  /** With the version that it gets; undefined: it is here as it is, or there is none. */
  readonly model: CoachModel | undefined;
  readonly edits: readonly LegacyEdit[];
  readonly settings: readonly LegacySetting[];
  readonly kept: readonly Kept[];
}

/** What a plan is compared with. */
export type LegacyNow = Pick<LegacyTarget, "imported" | "activeModel" | "document" | "sourceAt" | "setting">;

/** A data directory that nothing was done in yet. */
export const nothingYet: LegacyNow = {
  imported: () => undefined,
  activeModel: undefined,
  document: () => undefined,
  sourceAt: () => undefined,
  setting: () => undefined,
};

/**
 * Compares a plan with what there is. What the plan said last time, too, and is otherwise now, is the owner's will: it
 * stays.
 */
export function legacyWork(plan: LegacyPlan, options: {
  readonly now: LegacyNow;
  readonly record: LegacyRecord | undefined;
}): LegacyWork {
  const { now } = options;
  const record = validRecord(options.record, now);
  const model = plan.model && modelToImport(plan.model, now);
  const edits = model && plan.model && now.imported(plan.model.id) === undefined
    ? { edits: plan.edits, kept: [] }
    : editsToMake(plan, { now, record });
  const settings = settingsToWrite(plan.settings, { now, record });
  const kept = [...edits.kept, ...settings.kept, ...modelOfServer(plan, now)];
  return { model, edits: edits.edits, settings: settings.settings, kept };
}

/** A model that the configuration names counts for more than the one that was imported last. */
function modelOfServer({ model }: LegacyPlan, now: LegacyNow): readonly Kept[] {
  const named = now.setting("coach.model");
  if (!model || named?.value === undefined || named.value === model.id) return [];
  const why =
    `${named.origin.where} says "${named.value}": the server starts with that model, not with the imported one`;
  return [{ of: "settings", what: "coach.model", why }];
}

/** A record of a model that is not here any more is of a time before a backup was restored. */
export function validRecord(record: LegacyRecord | undefined, now: LegacyNow): LegacyRecord | undefined {
  return record?.model !== undefined && now.imported(record.model.id) === undefined ? undefined : record;
}

/** The model with the version that it gets; undefined: it was imported as it is. */
function modelToImport(model: CoachModel, now: LegacyNow): CoachModel | undefined {
  const last = now.imported(model.id);
  if (!last) return model;
  const same = sameDocument(documentOf({ ...model, version: last.version }), last.document);
  return same ? undefined : { ...model, version: last.version + 1 };
}

function sameDocument(a: MappingDocument, b: MappingDocument): boolean {
  return (["model", "areas", "entities", "protocol", "order"] as const).every((section) =>
    sameJson(a[section], b[section])
  );
}

/** The edits that are still to be made, on the model in use. */
export function editsToMake(plan: Pick<LegacyPlan, "edits" | "model">, options: {
  readonly now: LegacyNow;
  readonly record: LegacyRecord | undefined;
}): { readonly edits: readonly LegacyEdit[]; readonly kept: readonly Kept[] } {
  const { now, record } = options;
  const document = now.document();
  if (!document || plan.model === undefined || plan.edits.length === 0) return { edits: [], kept: [] };
  if (now.activeModel !== plan.model.id) {
    const what = `${plan.edits.length} changes of the mapping`;
    return { edits: [], kept: [{ of: "mapping", what, why: `the coach runs with "${now.activeModel}" now` }] };
  }
  const edits: LegacyEdit[] = [];
  const kept: Kept[] = [];
  const before = new Map(record?.edits.map(({ path, value }) => [path, value]));
  for (const edit of plan.edits) {
    const { path, value } = edit;
    const present = valueAt(document, path);
    const keep = (why: string) => kept.push({ of: "mapping", what: path, why });
    if (sameJson(present, value)) continue;
    if (before.has(path) && sameJson(before.get(path), value)) keep("you changed it since");
    else if (isInEntity(path) && !isThere(document, path)) keep("you removed the entity");
    else if (isOwners(now, path) && !sameJson(present, before.get(path))) keep("you changed it yourself");
    else edits.push(edit);
  }
  return { edits, kept };
}

/** Below an entity, and not the entity as a whole. */
function isInEntity(path: string): boolean {
  return /^\/entities\/[^/]+\/./.test(path);
}

function isThere({ entities }: MappingDocument, path: string): boolean {
  const [, , id = ""] = path.split("/");
  return Object.hasOwn(entities, id);
}

function isOwners(now: LegacyNow, path: string): boolean {
  const source = now.sourceAt(path);
  return source !== undefined && source !== "factory";
}

/** What is valid at a path of an edit: areas, entities, their fields, and words of their provenance. */
function valueAt(document: MappingDocument, path: string): Json | undefined {
  const parts = path.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value: Json | undefined = document as unknown as Json;
  for (const part of parts) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as { readonly [key: string]: Json })[part];
  }
  return value;
}

/** Edits as RFC 6902. */
export function operationsOf(edits: readonly LegacyEdit[]): readonly PatchOperation[] {
  return edits.map(({ path, value }) => value === undefined ? { op: "remove", path } : { op: "add", path, value });
}

function settingsToWrite(settings: readonly LegacySetting[], options: {
  readonly now: LegacyNow;
  readonly record: LegacyRecord | undefined;
}): { readonly settings: readonly LegacySetting[]; readonly kept: readonly Kept[] } {
  const write: LegacySetting[] = [];
  const kept: Kept[] = [];
  const before = new Map(Object.entries(options.record?.settings ?? {}));
  for (const setting of settings) {
    const { key, value, who, isDefault } = setting;
    if (who !== "owner") continue;
    const present = options.now.setting(key);
    const keep = (why: string) => kept.push({ of: "settings", what: key, why });
    if (present ? sameJson(present.value as Json | undefined, value) : isDefault) continue;
    const layer = present?.origin.layer ?? "defaults";
    if (before.has(key) && sameJson(before.get(key), value)) keep("you changed it since");
    else if (layer === "profile" || layer === "environment" || layer === "flags") {
      keep(`${present?.origin.where} sets it and counts for more`);
    } else if (layer === "overrides" && !sameJson(present?.value as Json | undefined, before.get(key))) {
      keep("you have set it yourself");
    } else write.push(setting);
  }
  return { settings: write, kept };
}
