/**
 * Core services: started in order, stopped in reverse, with their health. Features come later.
 *
 * Lives here: the order of things, what is wrong with them in sentences for people, the version.
 * Does not live here: what a service does (`lib/hub`, `lib/can`, …), HTTP.
 * May import: everything above it in the design's table (`lib/base` to `lib/hub`).
 *
 * @module
 */
export * from "./alert_book.ts";
export * from "./audit.ts";
export * from "./clock_watch.ts";
export * from "./card_sync.ts";
export * from "./coach_mapping.ts";
export * from "./coach_models.ts";
export * from "./config_layers.ts";
export * from "./core_services.ts";
export * from "./smtp_mailer.ts";
export * from "./diagnostics_bundle.ts";
export * from "./database_views.ts";
export * from "./feature.ts";
export * from "./feature_manager.ts";
export * from "./health.ts";
export * from "./kept_secret.ts";
export * from "./log_book.ts";
export * from "./log_line.ts";
export * from "./logging.ts";
export * from "./mapping_calls.ts";
export * from "./mapping_error.ts";
export type { MappingAuthor } from "./model_import.ts";
export * from "./loss_window.ts";
export * from "./machine.ts";
export * from "./metrics.ts";
export * from "./recording.ts";
export * from "./redactor.ts";
export * from "./safety_view.ts";
export * from "./state_keeper.ts";
export * from "./systemd_notifier.ts";
export * from "./unix_datagrams.ts";
export * from "./stop_everything.ts";
export * from "./storage.ts";
export type { AlertRecord, AuditAction, AuditEntry } from "../store/mod.ts";
export type {
  AccountRecord,
  AccountRow,
  AccountTable,
  GrantRecord,
  HistorySeries,
  MigrationRun,
  RowCondition,
  SessionRecord,
  StorageProfile,
  Store,
  StoreMigrations,
  TokenRecord,
} from "../store/mod.ts";
export { AccountRows, StoreError } from "../store/mod.ts";
export {
  type BackupManifest,
  InProcessWork,
  type JobProgress,
  JobRefused,
  type StartPlan,
  WorkerWork,
} from "../update/mod.ts";
export * from "./version.ts";
