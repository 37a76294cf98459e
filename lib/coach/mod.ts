/**
 * The coach: schema of a coach model and of its entity definitions, reading of model files with line and column; the
 * same as a document of paths, for edits, JSON Patch and the merge of a new model with what the owner made of the old.
 *
 * Three forms of one thing: a model (`CoachModel`) is what the program runs with, a document (`MappingDocument`) is how
 * paths see it, rows (`MappingRow`) are how the database keeps it, each with who brought it.
 *
 * Lives here: what is installed where, by whose word, on which instance.
 * Does not live here: live state (`lib/hub`), what a kind does with its messages (`lib/entities`).
 * May import: `lib/protocol`, `lib/base`. Pure.
 *
 * @module
 */
export * from "./check_document.ts";
export * from "./definition.ts";
export { type DocumentProblem, documentShape, type ShapedDocument } from "./document_shape.ts";
export * from "./edit_rows.ts";
export * from "./extension_rows.ts";
export * from "./json_patch.ts";
export { sameJson, stableText } from "./json_value.ts";
export * from "./known_messages.ts";
export * from "./load_model.ts";
export * from "./mapping.ts";
export {
  documentFrom,
  documentOf,
  emptyDocument,
  entityPath,
  leavesOf,
  orderedNames,
  rowsOf,
  sortedRows,
} from "./mapping_document.ts";
export { MappingPathError, type MappingPlace, mappingPlace, parsePointer, pointerOf } from "./mapping_path.ts";
export * from "./merge_change.ts";
export * from "./model_yaml.ts";
export { type DrivenOutput, isGroup, outputsOf, pairsOf } from "./outputs.ts";
export { type ProtocolExtension, protocolExtensionSchema } from "./protocol_extension.ts";
export * from "./pulse.ts";
export * from "./read_upload.ts";
export * from "./row_changes.ts";
export { withoutStaleVerification } from "./stale_verification.ts";
export * from "./three_way_merge.ts";
export type { SourceProblem, TextPlace } from "./yaml_source.ts";
