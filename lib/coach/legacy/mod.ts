/**
 * Installations of the Python-era program: texts of its files in, a plan of what can be imported out.
 *
 * Lives here: its forms of mappings, patches and configuration, and what each means today.
 * Does not live here: files and folders, the import itself (`lib/cli`).
 * May import: the rest of `lib/coach`, and what that may. Pure.
 *
 * @module
 */
export * from "./legacy_plan.ts";
export type { SettingKey, SettingKeys, TomlReading } from "./legacy_settings.ts";
export * from "./plan_legacy_import.ts";
