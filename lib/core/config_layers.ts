import { documentFrom, type MappingDocument } from "../coach/mod.ts";
import { type ConfigTree, type ConfigValue, type TableLayer, treeOfRows } from "../config/mod.ts";
import type { ReferenceTables } from "../protocol/mod.ts";
import type { Store } from "../store/mod.ts";

/** A layer of the configuration that is in no file. */
export interface ConfigLayer {
  readonly layer: TableLayer;
  readonly tree: ConfigTree;
  /** Where it is, as people know it. */
  readonly where: string;
}

/** The tables of a database that are layers. */
export type LayerTables = Pick<Store, "systemSettings" | "userSettings" | "mappings" | "imports">;

/** What the tables of the standards say about themselves. */
export function protocolLayer({ rvc, j1939 }: ReferenceTables): ConfigLayer {
  const edition = /\bedition (\d{4}-\d{2})\b/.exec(rvc.$origin["text"] ?? "")?.[1];
  return {
    layer: "protocol",
    tree: {
      protocol: {
        rvc: { ...(edition === undefined ? {} : { edition }), messages: rvc.messages.length },
        j1939: { messages: j1939.messages.length },
      },
    },
    where: "reference/*.json",
  };
}

/**
 * What a database says: the model as it was shipped, what the owner made of it, what the program remembers, and
 * preferences.
 *
 * @throws {StoreError} when it cannot be read; its schema may be older than these tables.
 */
export function databaseLayers(
  { systemSettings, userSettings, mappings, imports }: LayerTables,
): readonly ConfigLayer[] {
  const [activeModel, baseModelHash] = ["active_model", "base_model_hash"].map((key) => systemSettings.get(key));
  const state = {
    ...(typeof activeModel === "string" ? { active_model: activeModel } : {}),
    ...(typeof baseModelHash === "string" ? { base_model_hash: baseModelHash } : {}),
  };
  return [
    ...(typeof activeModel === "string" ? coachLayers(activeModel, { mappings, imports }) : []),
    { layer: "state", tree: { system: state }, where: "system_settings" },
    { layer: "preferences", tree: treeOfRows(userSettings.all(), "preferences"), where: "user_settings" },
  ];
}

function coachLayers(
  modelId: string,
  { mappings, imports }: Pick<LayerTables, "mappings" | "imports">,
): readonly ConfigLayer[] {
  const status = imports.status(modelId);
  const shipped = status && imports.shipped(modelId, status.hash);
  // Written by this program, from a document.
  const before = shipped ? factsOf(shipped.content as MappingDocument) : {};
  const after = factsOf(documentFrom(mappings.active(modelId) as Parameters<typeof documentFrom>[0]));
  const edited = Object.entries(after).filter(([key, value]) => before[key] !== value);
  return [
    {
      layer: "model",
      tree: { coach: { ...before, ...(shipped ? { model_version: shipped.version } : {}) } },
      where: `model ${modelId}`,
    },
    { layer: "structure", tree: { coach: Object.fromEntries(edited) }, where: "coach_mappings" },
  ];
}

/** What the configuration tells of a coach. */
function factsOf({ model, entities }: MappingDocument): { readonly [key: string]: ConfigValue } {
  const named = ["name", "make", "year"].filter((key) => Object.hasOwn(model, key));
  return {
    ...Object.fromEntries(named.map((key) => [key, model[key] as ConfigValue])),
    entities: Object.keys(entities).length,
  };
}
