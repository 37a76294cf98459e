/**
 * The Hono app: errors, static files, page renderer, WebSocket, request checks.
 *
 * Lives here: how a request becomes a call and an answer.
 * Does not live here: what the coach does with it (`lib/hub`), the pages themselves (`routes/`, `lib/ui`).
 * May import: `lib/core`, `lib/hub`, `lib/wire`, `lib/config`, `lib/base`.
 *
 * @module
 */
export * from "./absent_coach.ts";
export * from "./absent_config.ts";
export * from "./account_services.ts";
export { checkedFields, isSameName } from "./accounts/account_draft.ts";
export type { AccountSettings, Mailer } from "./accounts/account_parts.ts";
export * from "./accounts/accounts.ts";
export { hashPassword, newPassword } from "./accounts/owner_password.ts";
export * from "./app.ts";
export * from "./assets.ts";
export * from "./client_address.ts";
export * from "./live_client.ts";
export * from "./live_feed.ts";
export * from "./principal.ts";
export * from "./problems.ts";
export * from "./program_services.ts";
export * from "./recovery_access.ts";
export * from "./recovery_app.ts";
export * from "./request_limits.ts";
export * from "./route.ts";
export * from "./coach_services.ts";
export * from "./config_services.ts";
export * from "./configuration_services.ts";
export * from "./database_services.ts";
export * from "./discovery_services.ts";
export * from "./hub_services.ts";
export * from "./mapping_services.ts";
export * from "./server.ts";
export * from "./services.ts";
export * from "./storage_services.ts";
export * from "./system_services.ts";
