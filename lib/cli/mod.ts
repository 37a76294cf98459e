/**
 * The command line: one file per sub-command, and the parser that finds it.
 *
 * Lives here: options, help texts, exit codes, output for a terminal.
 * Does not live here: the wiring of the server (`main.ts` hands it in), anything a page needs.
 * May import: `lib/core` and below.
 *
 * @module
 */
export type { AccountRequest } from "./account_request.ts";
export { type AccountCommandParts, runAccountCommand } from "./account_run.ts";
export { recordBus, replayLog, requirePresent } from "./bus_commands.ts";
export * from "./cli_error.ts";
export type { CanRequest } from "./can_command.ts";
export { runCan } from "./can_run.ts";
export { type CoachParts, coachService } from "./coach_call.ts";
export type { CoachRequest } from "./coach_request.ts";
export { runCoachCommand } from "./coach_run.ts";
export * from "./command_line.ts";
export type { ConfigParts } from "./config_place.ts";
export type { ConfigRequest } from "./config_request.ts";
export { runConfig } from "./config_run.ts";
export type { DbParts } from "./db_place.ts";
export type { DbRequest } from "./db_request.ts";
export { runDb } from "./db_run.ts";
export { decodeFile, type DecodeOptions, describeCounts, standardOutput } from "./decode.ts";
export { doctor, type DoctorParts } from "./doctor.ts";
export { importLegacy } from "./import_legacy.ts";
export { runInstall } from "./install_run.ts";
export type { LegacyRequest } from "./legacy_request.ts";
export { LocalHost } from "./local_host.ts";
export type { LegacyParts } from "./open_legacy_target.ts";
export * from "./serve_flags.ts";
export { firstModel, isLoopback, type ServeOptions } from "./serve_options.ts";
export type { SetupParts } from "./setup_parts.ts";
export type { InstallRequest, UninstallRequest, UpgradeRequest } from "./setup_request.ts";
export { runUninstall } from "./uninstall_run.ts";
export { runUpgrade } from "./upgrade_run.ts";
export type { SyncRequest } from "./sync_command.ts";
export { runSync } from "./sync_run.ts";
export { printVersion } from "./version.ts";
export { canGoBack } from "./way_back.ts";
