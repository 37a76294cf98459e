import type { Generated } from "kysely";
import type { AccountTables } from "./account_tables.ts";
import { queryWriter } from "./kysely_dialect.ts";

/** JSON text. */
type Json = string;
/** Wall-clock milliseconds since 1970. */
type WallMs = number;
/** SQLite has no booleans. */
type Flag = 0 | 1;

export interface SettingsTable {
  readonly key: string;
  readonly value: Json;
  readonly updated_at: WallMs;
}

export interface EntityStatesTable {
  readonly entity_id: string;
  readonly state: Json;
  readonly updated_at: WallMs | null;
}

export interface MigrationRunsTable {
  readonly id: Generated<number>;
  readonly job_id: string;
  readonly actor: string;
  readonly started_at: WallMs;
  readonly from_version: string | null;
  readonly to_version: string | null;
  readonly duration_ms: number;
  readonly outcome: "created" | "updated" | "failed" | "restored" | "reset";
  readonly message: string;
  readonly program_version: string;
}

export type MappingSource = "factory" | "import" | "user" | "learned";

export interface CoachMappingsTable {
  readonly id: Generated<number>;
  readonly model_id: string;
  readonly path: string;
  /** Null: the owner removed what the model has at this path. */
  readonly value: Json | null;
  readonly source: MappingSource;
  readonly is_active: Flag;
  readonly created_at: WallMs;
  readonly created_by: string;
}

export interface CoachMappingBatchesTable {
  readonly id: Generated<number>;
  readonly model_id: string;
  readonly reason: string;
  readonly changed_at: WallMs;
  readonly changed_by: string;
  readonly undone_at: WallMs | null;
  /** The batch that this one takes back. */
  readonly undoes_id: number | null;
  /** Hash of the model's version in use after the batch; null: none, or the batch is older than this column. */
  readonly model_hash: string | null;
  /** {@link CoachImportStatusTable} before the batch, where it brought another version; JSON null: there was none. */
  readonly status_before: Json | null;
}

export interface CoachMappingHistoryTable {
  readonly id: Generated<number>;
  readonly batch_id: number;
  readonly path: string;
  readonly old_value: Json | null;
  /** Null: there was no mapping before. */
  readonly old_source: MappingSource | null;
  readonly new_value: Json | null;
  /** Null: there is no mapping afterwards. */
  readonly new_source: MappingSource | null;
  /** The rows of {@link CoachMappingsTable} behind both values; null: none, or history of before this column. */
  readonly old_mapping_id: number | null;
  readonly new_mapping_id: number | null;
}

export interface ModelHistoryTable {
  readonly model_id: string;
  readonly version: number;
  readonly hash: string;
  readonly content: Json;
  readonly first_seen_at: WallMs;
}

export interface CoachImportStatusTable {
  readonly model_id: string;
  readonly version: number;
  readonly hash: string;
  readonly imported_at: WallMs;
  readonly imported_by: string;
}

export interface BackupsTable {
  readonly id: string;
  readonly reason: string;
  readonly created_at: WallMs;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly schema_version: string | null;
  readonly removed_at: WallMs | null;
}

export interface AuditLogTable {
  readonly id: Generated<number>;
  readonly at: WallMs;
  readonly actor: string;
  readonly address: string;
  readonly action: "command" | "edit" | "update" | "configuration" | "signIn" | "account" | "system";
  readonly what: string;
  readonly outcome: "done" | "refused" | "failed";
  readonly reasons: Json;
}

export interface AlertsTable {
  readonly id: Generated<number>;
  readonly alert_id: string;
  readonly priority: 1 | 2 | 3;
  readonly what: string;
  readonly todo: string;
  readonly raised_at: WallMs;
  readonly cleared_at: WallMs | null;
}

/** Tables of `user/coachiq.db` at the newest schema. */
export interface CoachiqTables extends AccountTables {
  readonly system_settings: SettingsTable;
  readonly user_settings: SettingsTable;
  readonly entity_states: EntityStatesTable;
  readonly migration_runs: MigrationRunsTable;
  readonly coach_mappings: CoachMappingsTable;
  readonly coach_mapping_batches: CoachMappingBatchesTable;
  readonly coach_mapping_history: CoachMappingHistoryTable;
  readonly model_history: ModelHistoryTable;
  readonly coach_import_status: CoachImportStatusTable;
  readonly backups: BackupsTable;
  readonly audit_log: AuditLogTable;
  readonly alerts: AlertsTable;
}

export interface HistorySeriesTable {
  readonly id: Generated<number>;
  readonly entity_id: string;
  readonly signal: string;
  readonly unit: string | null;
}

export interface WriteBudgetTable {
  /** `2026-01-31`, or `unknown` before the clock was trusted. */
  readonly day: string;
  readonly cause: string;
  readonly bytes: number;
}

export interface FileSizesTable {
  /** `2026-01-31` */
  readonly day: string;
  readonly database_bytes: number;
  readonly history_bytes: number;
  readonly backups_bytes: number;
}

/** Tables of `user/history.db` that are not on a hot path; those that are have their SQL where it is used. */
export interface HistoryTables {
  readonly history_series: HistorySeriesTable;
  readonly write_budget: WriteBudgetTable;
  readonly file_sizes: FileSizesTable;
}

/** Writes queries for `user/coachiq.db`. */
export const coachiqSql = queryWriter<CoachiqTables>();
/** Writes queries for `user/history.db`. */
export const historySql = queryWriter<HistoryTables>();
