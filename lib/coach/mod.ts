/**
 * The coach: schema of a coach model and of its entity definitions, reading of model files with line and column.
 *
 * Lives here: what is installed where, by whose word, on which instance.
 * Does not live here: live state (`lib/hub`), what a kind does with its messages (`lib/entities`).
 * May import: `lib/protocol`, `lib/base`. Pure.
 *
 * @module
 */
export * from "./definition.ts";
export * from "./load_model.ts";
export * from "./mapping.ts";
export { type DrivenOutput, outputsOf, pairsOf } from "./outputs.ts";
export type { SourceProblem, TextPlace } from "./yaml_source.ts";
