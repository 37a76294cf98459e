/**
 * Backups, database updates, restores, and what a start does with what it finds.
 *
 * Lives here: the shadow and the swap, proof of a backup, jobs with their progress, recovery, checks of an uploaded
 * file, the archive of what the owner made, and the copies on the card of databases that are in memory.
 * Does not live here: SQL and the files' own schema (`lib/store`), the migrations (`migrations/`, handed in), whether
 * it is safe now (`lib/safety`, handed in), pages and addresses (`routes/`).
 * May import: `lib/store`, `lib/safety`, `lib/base`.
 *
 * @module
 */
export * from "./backup_manifest.ts";
export * from "./backups.ts";
export * from "./card.ts";
export * from "./changed_pages.ts";
export * from "./data_sizes.ts";
export * from "./database_updater.ts";
export * from "./faults.ts";
export * from "./file_lock.ts";
export * from "./generation.ts";
export * from "./heavy_work.ts";
export * from "./housekeeping.ts";
export * from "./job.ts";
export * from "./job_lock.ts";
export * from "./keep_generation.ts";
export * from "./live_folder.ts";
export * from "./request_box.ts";
export * from "./start_plan.ts";
export * from "./suspect_file.ts";
export * from "./swap.ts";
export * from "./unsynced_mark.ts";
export * from "./update_request.ts";
export * from "./user_archive.ts";
export * from "./worker_work.ts";
