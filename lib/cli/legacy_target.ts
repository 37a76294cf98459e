import type { CoachModel, Json, MappingDocument, RowSource } from "../coach/mod.ts";
import type { ConfigEntry } from "../config/mod.ts";
import type { PatchOperation } from "../wire/mod.ts";

/** What an import needs of the data directory that it goes into. */
export interface LegacyTarget {
  /** A model as it was imported last; undefined: never, or it was taken back with a backup. */
  imported(modelId: string): { readonly version: number; readonly document: MappingDocument } | undefined;
  /** The model that the coach runs with. */
  readonly activeModel: string | undefined;
  /** What is mapped now. */
  document(): MappingDocument | undefined;
  /** Who brought what is valid at a path that changes as one. */
  sourceAt(path: string): RowSource | undefined;
  /** Undefined: there is no such key. */
  setting(key: string): Pick<ConfigEntry, "value" | "origin"> | undefined;
  /** Backs the database up. Answers the id of the backup. @throws {CliError} */
  backUp(): Promise<string>;
  /** Takes a model in and imports it; what the owner changed since stays. Answers the number of the change. */
  importModel(model: CoachModel, reason: string): Promise<number>;
  /** Changes the mapping, all or nothing. Answers the number of the change. */
  edit(operations: readonly PatchOperation[], reason: string): number;
  /** Writes overrides, all or none. Answers the id of a backup of what they were, where there were any. */
  set(values: Readonly<Record<string, Json>>): Promise<string | undefined>;
}
