/**
 * The storage: the only folder that knows SQL.
 *
 * Lives here: opening and checking `user/coachiq.db` and `user/history.db`, settings of a connection, tables and
 * queries, the writer of entity states, history with its rollups and retention, the write budget.
 * Does not live here: backups, database updates and restores (`lib/update`), what a state means (`lib/entities`), the
 * migrations themselves (`migrations/`), which are handed in.
 * May import: `lib/entities` and `lib/coach` (types), `lib/base`.
 *
 * @module
 */
export * from "./account_records.ts";
export * from "./account_rows.ts";
export * from "./account_sessions.ts";
export * from "./account_tables.ts";
export * from "./account_tokens.ts";
export * from "./alerts.ts";
export * from "./audit_log.ts";
export * from "./coach_imports.ts";
export * from "./coach_mappings.ts";
export * from "./data_place.ts";
export * from "./database.ts";
export * from "./entity_state_writer.ts";
export * from "./entity_states.ts";
export * from "./file_sizes.ts";
export * from "./history.ts";
export * from "./history_file.ts";
export * from "./history_policy.ts";
export * from "./history_query.ts";
export * from "./history_retention.ts";
export * from "./inspect.ts";
export * from "./kysely_dialect.ts";
export * from "./migrate.ts";
export * from "./records.ts";
export * from "./schema.ts";
export * from "./settings.ts";
export * from "./sqlite_file.ts";
export * from "./storage_profile.ts";
export * from "./store.ts";
export * from "./store_error.ts";
export * from "./store_problem.ts";
export * from "./tables.ts";
export * from "./wall_trust.ts";
export * from "./write_budget.ts";
export * from "./write_meter.ts";
