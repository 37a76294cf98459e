/**
 * Configuration: one schema, eight layers merged with the origin of each value, durable files, profiles.
 *
 * Lives here: which keys there are, who may write them, how files are read, merged, changed and kept.
 * Does not live here: what the values do; the tables of the database (handed in as trees).
 * May import: `lib/base`.
 *
 * @module
 */
export * from "./types.ts";
export * from "./config_format.ts";
export * from "./dotted_key.ts";
export type { Place } from "./line_index.ts";
export * from "./parse_config.ts";
export * from "./parse_limits.ts";
export * from "./edit_config.ts";
export * from "./file_version.ts";
export type { BackupName } from "./file_names.ts";
export { isConfigFileName } from "./file_names.ts";
export * from "./config_files.ts";
export * from "./watch_files.ts";
