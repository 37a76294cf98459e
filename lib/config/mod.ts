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
export type { ConfigEntry } from "./config_entry.ts";
export { ConfigError } from "./config_error.ts";
export { type ConfigKey, configKeys, type KeyType } from "./config_keys.ts";
export { type ConfigPlaces, findDataDir, type StorageProfile } from "./config_places.ts";
export { configReference } from "./config_reference.ts";
export type { ConfigChange, PreviewedChange } from "./config_state.ts";
export * from "./configuration.ts";
export type { EditorWatchOptions } from "./editor_watch.ts";
export { type Environment, environmentName } from "./environment.ts";
export { findKey } from "./find_key.ts";
export type { OverrideValues } from "./override_changes.ts";
export { OwnerFileIntake, type OwnerTexts } from "./owner_file_intake.ts";
export type { OwnerBackup } from "./owner_files.ts";
export { problemLine, problemSentence } from "./problem_text.ts";
export type { NewProfile, ProfileInfo } from "./profile_changes.ts";
export { configSchema, type EffectiveConfig } from "./schema.ts";
export { Secret } from "./secret.ts";
export { treeOfRows } from "./setting_rows.ts";
export { checkSystemFile } from "./check_system_file.ts";
export { checkSystemText } from "./system_file.ts";
export type { PermissionSystem } from "./system_permissions.ts";
export { textOfValue, valueOfText } from "./value_text.ts";
