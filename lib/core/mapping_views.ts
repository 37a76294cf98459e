import { z } from "zod";
import {
  editedFields,
  entityDefinitionSchema,
  type Json,
  type MappingDocument,
  orderedNames,
  removedEntities,
} from "../coach/mod.ts";
import type { ImportStatus, MappingBatchView as StoredBatch } from "../store/mod.ts";
import type {
  CoachModelView,
  MappedEntityView,
  MappingBatchView,
  MappingJson,
  MappingStatusView,
  MappingView,
} from "../wire/mod.ts";
import { isoTime } from "./database_views.ts";
import type { MappingState } from "./mapping_state.ts";
import type { OfferedModel } from "./model_library.ts";

/** Whether what is offered is an update of what was imported; an older program offers none. */
export function isUpdate(offered: OfferedModel | undefined, status: ImportStatus | undefined): boolean {
  if (!offered || !status) return false;
  return offered.summary.hash !== status.hash && offered.summary.version >= status.version;
}

export function modelView(
  offered: OfferedModel,
  options: { readonly status: ImportStatus | undefined; readonly active: boolean },
): CoachModelView {
  const { status, active } = options;
  const { make, model, year, ...summary } = offered.summary;
  return {
    ...summary,
    ...(make === undefined ? {} : { make }),
    ...(model === undefined ? {} : { model }),
    ...(year === undefined ? {} : { year }),
    custom: offered.custom,
    active,
    importedVersion: status?.version ?? null,
    updateAvailable: isUpdate(offered, status),
  };
}

export function statusView(state: MappingState, options: {
  /** Undefined: the database cannot hold a mapping yet. */
  readonly status: ImportStatus | undefined;
  readonly offered: OfferedModel | undefined;
  readonly hash: string;
  readonly readOnlyBecause: string | undefined;
}): MappingStatusView {
  const { status, offered, hash, readOnlyBecause } = options;
  const { model, rows } = state;
  return {
    modelId: state.modelId,
    name: model.name,
    version: status?.version ?? model.version,
    hash,
    importedAt: status ? isoTime(status.importedAtMs) : null,
    importedBy: status?.importedBy ?? null,
    shippedVersion: offered?.summary.version ?? null,
    updateAvailable: isUpdate(offered, status),
    entities: model.entities.length,
    edits: rows.filter(({ source }) => source !== "factory").length,
    hidden: model.entities.filter(({ hidden }) => hidden).length,
    unverified: model.entities.filter(({ provenance }) => !provenance.verified).length,
    removed: removedEntities(rows).length,
    ...(readOnlyBecause === undefined ? {} : { readOnlyBecause }),
    problems: [...(readOnlyBecause === undefined ? [] : [readOnlyBecause]), ...state.problems],
  };
}

export function mappingView(state: MappingState, kinds: MappingView["kinds"]): MappingView {
  const { document, base, byPath, rows, model } = state;
  const edited = editedFields(rows);
  const ids = orderedNames(document.order.entities, Object.keys(document.entities));
  const removed = removedEntities(rows).filter((id) => !Object.hasOwn(document.entities, id));
  const entityIn = (from: MappingDocument, id: string) =>
    entityView(id, { definition: from.entities[id] ?? {}, edited: edited.get(id) ?? [], removed: from === base });
  return {
    modelId: state.modelId,
    areas: orderedNames(document.order.areas, Object.keys(document.areas)).map((key) => ({
      key,
      name: textOr(document.areas[key], key),
      edited: byPath.get(`/areas/${key}`)?.source !== "factory",
    })),
    entities: [...ids.map((id) => entityIn(document, id)), ...removed.map((id) => entityIn(base, id))],
    protocol: Object.entries(model.protocol).map(([name, { dgn, signals }]) => ({
      name,
      dgn,
      fields: signals.map((signal) => signal.name),
    })),
    kinds,
  };
}

function entityView(id: string, of: {
  readonly definition: { readonly [field: string]: Json };
  readonly edited: readonly string[];
  readonly removed: boolean;
}): MappedEntityView {
  const { definition, edited, removed } = of;
  const { provenance } = definition;
  const words = typeof provenance === "object" && provenance !== null ? new Map(Object.entries(provenance)) : undefined;
  return {
    id,
    kind: textOr(definition["kind"], "unknown"),
    name: textOr(definition["name"], id),
    area: textOr(definition["area"], ""),
    hidden: definition["hidden"] === true,
    source: sourceOf(words?.get("source")),
    verified: words?.get("verified") === true,
    edited,
    removed,
    definition: { id, ...definition },
  };
}

function sourceOf(word: Json | undefined): MappedEntityView["source"] {
  return word === "import" || word === "user" || word === "learned" ? word : "factory";
}

function textOr(value: Json | undefined, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** What each kind needs, for the forms of the editor. */
export function kindSchemas(): MappingView["kinds"] {
  return Object.fromEntries(
    entityDefinitionSchema.options.map((option) => [
      option.shape.kind.value,
      z.toJSONSchema(option, { io: "input" }) as MappingJson,
    ]),
  );
}

export function batchView(batch: StoredBatch): MappingBatchView {
  return {
    id: batch.id,
    reason: batch.reason,
    actor: batch.actor,
    changedAt: isoTime(batch.changedAtMs),
    undoneAt: batch.undoneAtMs === undefined ? null : isoTime(batch.undoneAtMs),
    undoable: batch.obstacle === undefined,
    changes: batch.changes.map(({ path, before, after }) => ({
      path,
      ...(before === undefined || before.value === undefined ? {} : { before: before.value as MappingJson }),
      ...(after === undefined || after.value === undefined ? {} : { after: after.value as MappingJson }),
    })),
  };
}
