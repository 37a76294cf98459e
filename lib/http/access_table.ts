import type { AuditAnswer, Noted } from "./audit_answer.ts";
import type { Access } from "./principal.ts";

/**
 * One way into the program: method, path as its route states it, what it needs, and how it comes into the record of
 * changes. What only reads may leave that out.
 */
export type AccessRow =
  | readonly [method: "GET", path: string, needs: Access, audit?: AuditAnswer]
  | readonly [method: "POST" | "PUT" | "DELETE", path: string, needs: Access, audit: AuditAnswer];

const noted = (action: Noted["action"], what: string, doneNotedBy?: string): Noted => ({
  action,
  what,
  ...(doneNotedBy === undefined ? {} : { doneNotedBy }),
});
const [byHub, byAccounts] = ["the hub, with the coach's answer", "Accounts, with the names of those concerned"];
const entrance = { notedBy: "Accounts, also what strangers try, so often as their tries are let through" } as const;

/**
 * Who may what, written down for each way in; what is not listed nobody may. A guest sees and commands the entities of
 * the account alone, and looks at nothing else of the coach.
 */
export const accessTable: readonly AccessRow[] = [
  ["GET", "/healthz", "anyone"],
  ["GET", "/readyz", "anyone"],
  ["GET", "/health", "look"],
  ["GET", "/metrics", "look"],
  ["GET", "/ws", "look"],
  ["GET", "/api/openapi.json", "look"],
  ["GET", "/api/docs", "look"],

  ["GET", "/api/auth/me", "anyone"],
  ["POST", "/api/auth/set-up", "anyone", entrance],
  ["POST", "/api/auth/sign-in", "anyone", entrance],
  ["POST", "/api/auth/sign-out", "anyone", entrance],
  ["POST", "/api/auth/link", "anyone", entrance],
  ["POST", "/api/auth/grant", "anyone", entrance],
  ["POST", "/api/auth/recovery", "anyone", { notedBy: "The log: in recovery mode there is no record" }],
  // Of these everybody sees and changes their own, which is checked where it is known whose they are.
  ["GET", "/api/auth/accounts", "look"],
  ["PUT", "/api/auth/accounts/:id", "look", noted("account", "An account: change", byAccounts)],
  ["POST", "/api/auth/accounts", "owner", noted("account", "Account {username}: make", byAccounts)],
  ["DELETE", "/api/auth/accounts/:id", "owner", noted("account", "An account: remove", byAccounts)],
  ["GET", "/api/auth/sessions", "look"],
  ["DELETE", "/api/auth/sessions/:id", "look", noted("account", "A session: end", byAccounts)],
  ["GET", "/api/auth/tokens", "look"],
  ["POST", "/api/auth/tokens", "look", noted("account", "Token {name}: make", byAccounts)],
  ["DELETE", "/api/auth/tokens/:id", "look", noted("account", "A token: remove", byAccounts)],

  ["GET", "/recovery", "anyone"],
  ["GET", "/set-up", "anyone"],
  ["GET", "/sign-in", "anyone"],
  ["GET", "/settings/people", "look"],
  ["GET", "/", "look"],
  ["GET", "/entities", "look"],
  ["GET", "/entities/:id", "look"],
  ["GET", "/can", "inside"],
  ["GET", "/settings", "inside"],
  ["GET", "/settings/coach", "inside"],
  ["GET", "/settings/coach/preview", "owner"],
  ["GET", "/settings/coach/mapping", "inside"],
  ["GET", "/settings/coach/mapping/:id", "inside"],
  ["GET", "/settings/coach/add", "owner"],
  ["GET", "/settings/coach/discovery", "owner"],
  ["GET", "/settings/coach/history", "inside"],
  ["GET", "/settings/database", "inside"],
  ["GET", "/settings/configuration", "inside"],
  ["GET", "/settings/profiles", "inside"],
  ["GET", "/settings/system", "inside"],
  ["GET", "/settings/system/log", "owner"],
  ["GET", "/settings/system/changes", "owner"],

  ["GET", "/api/entities", "look"],
  ["GET", "/api/entities/:id", "look"],
  ["POST", "/api/entities/:id/commands", "control", noted("command", "{id as entity}: {command}", byHub)],
  ["GET", "/api/entities/:id/history", "look"],
  ["GET", "/api/entities/:id/history.csv", "look"],

  ["GET", "/api/can/interfaces", "inside"],
  ["GET", "/api/can/frames", "inside"],
  ["GET", "/api/can/unknown", "inside"],
  ["GET", "/api/can/nodes", "inside"],
  ["GET", "/api/can/diagnostics", "inside"],
  ["GET", "/api/can/recordings", "inside"],
  ["POST", "/api/can/recordings", "owner", noted("system", "Recording of {interface|every bus}: {action}")],

  ["GET", "/api/coach/models", "inside"],
  ["GET", "/api/coach/status", "inside"],
  ["GET", "/api/coach/preview", "inside"],
  ["POST", "/api/coach/import", "owner", noted("edit", "Coach model {modelId}: take over")],
  ["POST", "/api/coach/upload", "owner", noted("edit", "Coach model from a file: add")],
  [
    "POST",
    "/api/coach/reset",
    "owner",
    noted("edit", "{entityId as entity|The whole coach}: back to what the factory says"),
  ],
  ["GET", "/api/coach/mappings", "inside"],
  ["PUT", "/api/coach/mappings/:path{.+}", "owner", noted("edit", "Mapping {path}: change")],
  ["DELETE", "/api/coach/mappings/:path{.+}", "owner", noted("edit", "Mapping {path}: remove")],
  ["POST", "/api/coach/patch", "owner", noted("edit", "Mapping: change several things at once")],
  ["GET", "/api/coach/history", "inside"],
  ["POST", "/api/coach/undo/:batchId", "owner", noted("edit", "Change {batchId} of the mapping: take back")],
  ["GET", "/api/coach/export", "owner"],
  ["GET", "/api/coach/discovery", "inside"],
  ["GET", "/api/coach/discovery/listen", "inside"],
  ["POST", "/api/coach/discovery/listen", "owner", noted("system", "Discovery: listen for what moves")],
  ["POST", "/api/coach/discovery/try", "owner", noted("command", "Unmapped output on trial: {command}", byHub)],

  ["GET", "/api/features", "inside"],
  [
    "PUT",
    "/api/features/:name",
    "owner",
    noted("configuration", "Feature {name as feature}: {enabled}"),
  ],
  ["GET", "/api/safety", "inside"],
  ["POST", "/api/safety/stop", "control", noted("command", "{what as stop}")],
  ["GET", "/api/safety/alerts", "look"],
  ["GET", "/api/safety/audit", "owner"],
  ["GET", "/api/system/log", "owner"],
  ["GET", "/api/system/log/levels", "owner"],
  ["PUT", "/api/system/log/levels", "owner", noted("system", "Log: show {level} and graver")],
  ["GET", "/api/system/log/file", "owner"],
  ["GET", "/api/system/diagnostics", "owner"],

  ["GET", "/api/database/status", "inside"],
  ["POST", "/api/database/update", "owner", noted("update", "Database update: begin")],
  ["GET", "/api/database/update/:jobId/progress", "inside"],
  ["POST", "/api/database/simulate", "owner", noted("update", "Database update on a copy: begin")],
  ["GET", "/api/database/history", "inside"],
  ["GET", "/api/database/writes", "inside"],
  ["POST", "/api/database/reset", "owner", noted("update", "Forget {scope}: begin")],
  ["POST", "/api/database/restore/:backupId", "owner", noted("update", "Restore of backup {backupId}: begin")],
  ["GET", "/api/database/backups", "inside"],
  ["POST", "/api/database/backups", "owner", noted("update", "Database backup: begin")],
  ["DELETE", "/api/database/backups/:id", "owner", noted("update", "Database backup {id}: delete")],
  ["POST", "/api/database/backups/:id/verify", "owner", noted("update", "Check of backup {id}: begin")],
  ["GET", "/api/database/backups/:id/file", "owner", noted("update", "Database backup {id}: download")],
  ["POST", "/api/database/backups/upload", "owner", noted("update", "Database backup from a file: take in")],
  ["GET", "/api/database/user-data", "owner", noted("update", "Archive of the owner's own data: download")],
  ["POST", "/api/database/user-data", "owner", noted("update", "Archive of the owner's own data: put back")],

  ["GET", "/api/config", "inside"],
  ["PUT", "/api/config/overrides", "owner", noted("configuration", "Settings {values}: change")],
  ["GET", "/api/config/profiles", "inside"],
  ["POST", "/api/config/profiles/switch", "owner", noted("configuration", "Profile {name|none}: switch to it")],
  ["POST", "/api/config/profiles/import", "owner", noted("configuration", "Profile from a file: take in")],
  ["GET", "/api/config/profiles/preview", "inside"],
  ["PUT", "/api/config/profiles/:name", "owner", noted("configuration", "Profile {name}: save")],
  ["DELETE", "/api/config/profiles/:name", "owner", noted("configuration", "Profile {name}: delete")],
  ["GET", "/api/config/profiles/:name/preview", "inside"],
  ["GET", "/api/config/profiles/:name/export", "inside"],
  ["GET", "/api/config/backups", "inside"],
  ["POST", "/api/config/backups", "owner", noted("configuration", "Backup {name} of the settings: make")],
  ["DELETE", "/api/config/backups/:id", "owner", noted("configuration", "Backup {id} of the settings: delete")],
  ["POST", "/api/config/backups/:id/restore", "owner", noted("configuration", "Backup {id} of the settings: put back")],
];
