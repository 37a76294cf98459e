import type { ApiRoute, RouteManifest } from "../lib/http/mod.ts";
import App from "./_app.tsx";
import errorPage from "./_error.tsx";
import middleware from "./_middleware.ts";
import authAccount from "./api/auth/accounts/[id].ts";
import authAccounts from "./api/auth/accounts.ts";
import authGrant from "./api/auth/grant.ts";
import authLink from "./api/auth/link.ts";
import authMe from "./api/auth/me.ts";
import authRecovery from "./api/auth/recovery.ts";
import authSession from "./api/auth/sessions/[id].ts";
import authSessions from "./api/auth/sessions.ts";
import authSetUp from "./api/auth/set-up.ts";
import authSignIn from "./api/auth/sign-in.ts";
import authSignOut from "./api/auth/sign-out.ts";
import authToken from "./api/auth/tokens/[id].ts";
import authTokens from "./api/auth/tokens.ts";
import canDiagnostics from "./api/can/diagnostics.ts";
import canFrames from "./api/can/frames.ts";
import canInterfaces from "./api/can/interfaces.ts";
import canNodes from "./api/can/nodes.ts";
import canRecordings from "./api/can/recordings.ts";
import canUnknown from "./api/can/unknown.ts";
import features from "./api/features.ts";
import feature from "./api/features/[name].ts";
import safety from "./api/safety.ts";
import safetyAlerts from "./api/safety/alerts.ts";
import safetyAudit from "./api/safety/audit.ts";
import safetyStop from "./api/safety/stop.ts";
import systemDiagnostics from "./api/system/diagnostics.ts";
import systemLog from "./api/system/log.ts";
import systemLogFile from "./api/system/log/file.ts";
import systemLogLevels from "./api/system/log/levels.ts";
import coachDiscovery from "./api/coach/discovery.ts";
import coachListen from "./api/coach/discovery/listen.ts";
import coachTry from "./api/coach/discovery/try.ts";
import coachExport from "./api/coach/export.ts";
import coachHistory from "./api/coach/history.ts";
import coachImport from "./api/coach/import.ts";
import coachMappings from "./api/coach/mappings.ts";
import coachMapping from "./api/coach/mappings/[...path].ts";
import coachModels from "./api/coach/models.ts";
import coachPatch from "./api/coach/patch.ts";
import coachPreview from "./api/coach/preview.ts";
import coachReset from "./api/coach/reset.ts";
import coachStatus from "./api/coach/status.ts";
import coachUndo from "./api/coach/undo/[batchId].ts";
import coachUpload from "./api/coach/upload.ts";
import backup from "./api/database/backups/[id].ts";
import backupFile from "./api/database/backups/[id]/file.ts";
import backupVerify from "./api/database/backups/[id]/verify.ts";
import backupUpload from "./api/database/backups/upload.ts";
import backups from "./api/database/backups.ts";
import configBackup from "./api/config/backups/[id].ts";
import configRestore from "./api/config/backups/[id]/restore.ts";
import configBackups from "./api/config/backups.ts";
import configOverrides from "./api/config/overrides.ts";
import profileApi from "./api/config/profiles/[name].ts";
import profileExport from "./api/config/profiles/[name]/export.ts";
import profilePreview from "./api/config/profiles/[name]/preview.ts";
import profileImport from "./api/config/profiles/import.ts";
import noProfilePreview from "./api/config/profiles/preview.ts";
import profileSwitch from "./api/config/profiles/switch.ts";
import profilesApi from "./api/config/profiles.ts";
import configApi from "./api/config.ts";
import databaseHistory from "./api/database/history.ts";
import databaseReset from "./api/database/reset.ts";
import databaseRestore from "./api/database/restore/[backupId].ts";
import databaseSimulate from "./api/database/simulate.ts";
import databaseStatus from "./api/database/status.ts";
import databaseUpdate from "./api/database/update.ts";
import databaseProgress from "./api/database/update/[jobId]/progress.ts";
import userData from "./api/database/user-data.ts";
import databaseWrites from "./api/database/writes.ts";
import docs from "./api/docs.tsx";
import entityCommands from "./api/entities/[id]/commands.ts";
import entityHistoryCsv from "./api/entities/[id]/history.csv.ts";
import entityHistory from "./api/entities/[id]/history.ts";
import entityApi from "./api/entities/[id].ts";
import entitiesApi from "./api/entities.ts";
import can from "./can.tsx";
import entityPage from "./entities/[id].tsx";
import entities from "./entities.tsx";
import health from "./health.ts";
import healthz from "./healthz.ts";
import home from "./index.tsx";
import metrics from "./metrics.ts";
import readyz from "./readyz.ts";
import recoveryPage from "./recovery.tsx";
import settings from "./settings.tsx";
import configurationPage from "./settings/configuration.tsx";
import coachPage from "./settings/coach.tsx";
import coachAddPage from "./settings/coach/add.tsx";
import coachDiscoveryPage from "./settings/coach/discovery.tsx";
import coachHistoryPage from "./settings/coach/history.tsx";
import coachMappingPage from "./settings/coach/mapping.tsx";
import coachDevicePage from "./settings/coach/mapping/[id].tsx";
import coachPreviewPage from "./settings/coach/preview.tsx";
import databasePage from "./settings/database.tsx";
import peoplePage from "./settings/people.tsx";
import profilesPage from "./settings/profiles.tsx";
import systemPage from "./settings/system.tsx";
import changesPage from "./settings/system/changes.tsx";
import logPage from "./settings/system/log.tsx";
import setUpPage from "./set-up.tsx";
import signInPage from "./sign-in.tsx";

const recoveryPages = [{ path: "/recovery", page: recoveryPage }];
const databasePages = [{ path: "/settings/database", page: databasePage }];
const coachPages = [
  { path: "/settings/coach", page: coachPage },
  { path: "/settings/coach/preview", page: coachPreviewPage },
  { path: "/settings/coach/mapping", page: coachMappingPage },
  { path: "/settings/coach/mapping/:id", page: coachDevicePage },
  { path: "/settings/coach/add", page: coachAddPage },
  { path: "/settings/coach/discovery", page: coachDiscoveryPage },
  { path: "/settings/coach/history", page: coachHistoryPage },
];
const databaseApi: readonly ApiRoute[] = [
  databaseStatus,
  databaseUpdate,
  databaseProgress,
  databaseSimulate,
  databaseHistory,
  databaseWrites,
  databaseReset,
  databaseRestore,
  backups,
  backup,
  backupVerify,
  backupFile,
  backupUpload,
  userData,
];
const configurationApi: readonly ApiRoute[] = [
  configApi,
  configOverrides,
  profilesApi,
  profileSwitch,
  profileImport,
  noProfilePreview,
  profileApi,
  profilePreview,
  profileExport,
  configBackups,
  configBackup,
  configRestore,
];
const coachApi: readonly ApiRoute[] = [
  coachModels,
  coachStatus,
  coachPreview,
  coachImport,
  coachUpload,
  coachReset,
  coachMappings,
  coachMapping,
  coachPatch,
  coachHistory,
  coachUndo,
  coachExport,
  coachDiscovery,
  coachListen,
  coachTry,
];
const systemApi: readonly ApiRoute[] = [
  features,
  feature,
  safety,
  safetyStop,
  safetyAlerts,
  safetyAudit,
  systemLog,
  systemLogLevels,
  systemLogFile,
  systemDiagnostics,
  metrics,
];
const authApi: readonly ApiRoute[] = [
  authMe,
  authSetUp,
  authSignIn,
  authSignOut,
  authLink,
  authGrant,
  authRecovery,
  authAccounts,
  authAccount,
  authSessions,
  authSession,
  authTokens,
  authToken,
];
const healthApi: readonly ApiRoute[] = [health, healthz, readyz];

/** Every route, written out: a compiled program cannot look for files. A test compares it with the folder. */
export const routes: RouteManifest = {
  app: App,
  middleware,
  error: errorPage,
  pages: [
    { path: "/", page: home },
    { path: "/entities", page: entities },
    { path: "/entities/:id", page: entityPage },
    { path: "/can", page: can },
    { path: "/settings", page: settings },
    ...coachPages,
    ...databasePages,
    { path: "/settings/configuration", page: configurationPage },
    { path: "/settings/profiles", page: profilesPage },
    { path: "/settings/system", page: systemPage },
    { path: "/settings/system/log", page: logPage },
    { path: "/settings/system/changes", page: changesPage },
    { path: "/settings/people", page: peoplePage },
    { path: "/sign-in", page: signInPage },
    { path: "/set-up", page: setUpPage },
    ...recoveryPages,
    { path: "/api/docs", page: docs },
  ],
  api: [
    entitiesApi,
    entityApi,
    entityCommands,
    entityHistory,
    entityHistoryCsv,
    canInterfaces,
    canFrames,
    canUnknown,
    canNodes,
    canDiagnostics,
    canRecordings,
    ...coachApi,
    ...databaseApi,
    ...configurationApi,
    ...systemApi,
    ...authApi,
    ...healthApi,
  ],
  recovery: { pages: [...databasePages, ...recoveryPages], api: [...databaseApi, ...healthApi, authRecovery] },
};
