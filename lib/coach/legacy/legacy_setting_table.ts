import {
  asAccounts,
  asDays,
  asInterfaces,
  asLevel,
  asList,
  asMailSwitch,
  asMappedInterfaces,
  asMegabytes,
  asNumber,
  asOneInterface,
  asPublicUrl,
  asSecurity,
  asSourceAddress,
  asSslSecurity,
  asSwitch,
  asText,
} from "./legacy_converters.ts";
import type { Converter } from "./legacy_value.ts";

/** A key of the earlier program and the key that it is now. */
export interface SettingRule {
  readonly from: string;
  readonly to: string;
  readonly convert: Converter;
}

/** The first of several that give the same key wins. */
export const settingRules: readonly SettingRule[] = [
  { from: "server.host", to: "server.host", convert: asText },
  { from: "server.port", to: "server.port", convert: asNumber },
  { from: "server.debug", to: "server.debug", convert: asSwitch },
  { from: "server.ssl_certfile", to: "server.tls_certificate_file", convert: asText },
  { from: "server.ssl_keyfile", to: "server.tls_key_file", convert: asText },
  { from: "auth.base_url", to: "server.public_url", convert: asPublicUrl },
  { from: "security.allowed_ips", to: "server.allowed_networks", convert: asList },
  { from: "cors.allow_origins", to: "server.cors_origins", convert: asList },
  { from: "cors.allowed_origins", to: "server.cors_origins", convert: asList },
  { from: "can.interfaces", to: "can.interfaces", convert: asInterfaces },
  { from: "can.interface", to: "can.interfaces", convert: asOneInterface },
  { from: "can.interface_mappings", to: "can.interfaces", convert: asMappedInterfaces },
  { from: "controller_source_addr", to: "can.source_address", convert: asSourceAddress },
  { from: "logging.level", to: "logging.level", convert: asLevel },
  { from: "logging.log_file", to: "logging.file", convert: asText },
  { from: "logging.file", to: "logging.file", convert: asText },
  { from: "logging.max_bytes", to: "logging.max_megabytes", convert: asMegabytes },
  { from: "logging.backup_count", to: "logging.keep_files", convert: asNumber },
  { from: "persistence.data_dir", to: "persistence.data_dir", convert: asText },
  { from: "persistence.backup_retention_days", to: "backups.daily_keep_days", convert: asNumber },
  { from: "storage_profile.type", to: "persistence.storage_profile", convert: asText },
  { from: "auth.enabled", to: "features.authentication.enabled", convert: asAccounts },
  { from: "features.enable_authentication", to: "features.authentication.enabled", convert: asAccounts },
  { from: "auth.admin_username", to: "auth.admin_username", convert: asText },
  { from: "auth.session_expire_hours", to: "auth.session_days", convert: asDays },
  { from: "auth.refresh_token_expire_days", to: "auth.session_days", convert: asNumber },
  { from: "auth.jwt_expire_minutes", to: "auth.access_token_minutes", convert: asNumber },
  { from: "notifications.enabled", to: "features.notifications.enabled", convert: asMailSwitch },
  { from: "features.enable_notifications", to: "features.notifications.enabled", convert: asMailSwitch },
  { from: "notifications.smtp.enabled", to: "features.notifications.enabled", convert: asMailSwitch },
  { from: "notifications.smtp.host", to: "features.notifications.smtp.host", convert: asText },
  { from: "notifications.smtp.port", to: "features.notifications.smtp.port", convert: asNumber },
  { from: "notifications.smtp.use_tls", to: "features.notifications.smtp.security", convert: asSecurity },
  { from: "notifications.smtp.use_ssl", to: "features.notifications.smtp.security", convert: asSslSecurity },
  { from: "notifications.smtp.username", to: "features.notifications.smtp.username", convert: asText },
  { from: "notifications.smtp.from_email", to: "features.notifications.smtp.from", convert: asText },
  { from: "performance_analytics.enabled", to: "features.system_analytics.enabled", convert: asSwitch },
  { from: "features.enable_system_analytics", to: "features.system_analytics.enabled", convert: asSwitch },
  { from: "features.enable_performance_analytics", to: "features.system_analytics.enabled", convert: asSwitch },
  { from: "predictive_maintenance.enabled", to: "features.predictive_maintenance.enabled", convert: asSwitch },
  { from: "features.enable_predictive_maintenance", to: "features.predictive_maintenance.enabled", convert: asSwitch },
  { from: "features.enable_maintenance_tracking", to: "features.predictive_maintenance.enabled", convert: asSwitch },
  { from: "j1939.enabled", to: "features.j1939.enabled", convert: asSwitch },
  { from: "protocols.j1939.enabled", to: "features.j1939.enabled", convert: asSwitch },
  { from: "features.enable_j1939", to: "features.j1939.enabled", convert: asSwitch },
  { from: "firefly.enabled", to: "features.firefly.enabled", convert: asSwitch },
  { from: "features.enable_firefly", to: "features.firefly.enabled", convert: asSwitch },
  { from: "spartan_k2.enabled", to: "features.spartan_k2.enabled", convert: asSwitch },
  { from: "features.enable_spartan_k2", to: "features.spartan_k2.enabled", convert: asSwitch },
  { from: "features.enable_api_docs", to: "features.api_docs.enabled", convert: asSwitch },
];

/** Keys that chose the mapping; they are answered by the choice itself. */
export const choosingKeys: readonly string[] = [
  "rvc.coach_mapping_path",
  "rvc.coach_model",
  "coach.default_model",
];

/** Secrets, and the variable that names a file with each of them now; undefined: none is needed any more. */
export const secretKeys: Readonly<Record<string, string | undefined>> = {
  "security.secret_key": "COACHIQ_SECURITY__SECRET_KEY_FILE",
  "auth.secret_key": "COACHIQ_SECURITY__SECRET_KEY_FILE",
  "auth.jwt_secret": "COACHIQ_AUTH__JWT_SECRET_FILE",
  "auth.refresh_token_secret": "COACHIQ_AUTH__JWT_SECRET_FILE",
  "auth.admin_password": "COACHIQ_AUTH__ADMIN_PASSWORD_FILE",
  "notifications.smtp.password": "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD_FILE",
};

/** What a name looks like that may hold a secret. */
const secretName =
  /(password|passwd|secret|token|api_?key|user_key|webhook_url|credential|private_key|target_url|_dsn)$/;

/** Whether a key may hold a secret; paths of files that hold one are none. */
export function isSecretKey(key: string): boolean {
  const last = key.split(".").at(-1) ?? "";
  return Object.hasOwn(secretKeys, key) || secretName.test(last);
}

/** Why single keys, and whole sections, have no successor. The longest beginning that fits says why. */
const left: readonly (readonly [string, string])[] = [
  [
    "persistence.enabled",
    "data is always kept; remove the variable from the service, the program refuses to start with it",
  ],
  ["persistence.create_dirs", "folders are made where they are missing"],
  ["persistence.backup_enabled", "backups are always made"],
  [
    "persistence.max_backup_size_mb",
    "backups are as large as they are; backups.daily_keep_days says how long they stay",
  ],
  ["can.bitrate", "RV-C runs at 250000, which holds for every bus; set can.bitrates for a chassis bus that differs"],
  ["can.bustype", 'interfaces are those of the machine; "sim" is a simulated coach'],
  ["can", "it is regulated by the program itself"],
  ["auth.admin_email", "accounts have a name"],
  ["auth.oauth", "signing in with other services is not part of this version"],
  ["auth.enable_oauth", "signing in with other services is not part of this version"],
  ["auth.enable_magic_links", "links are mailed as soon as a mail server is set"],
  ["auth.magic_link", "links are mailed as soon as a mail server is set"],
  ["auth", "accounts are kept in another way, and these rules are fixed"],
  ["mfa", "accounts are kept in another way, and these rules are fixed"],
  ["security.tls_termination_is_external", "name the proxy with server.trusted_proxies in the system file"],
  ["security.rate_limit", "limits are fixed"],
  ["security.api_key", "programs sign in with a token of their own"],
  ["logging.format", "lines of the log have one form"],
  ["logging.colorize", "lines of the log have one form"],
  ["logging.log_to_file", "logging.file says it"],
  ["notifications.discord", "alerts go by mail"],
  ["notifications.slack", "alerts go by mail"],
  ["notifications.pushover", "alerts go by mail"],
  ["notifications.webhook", "alerts go by mail"],
  ["notifications.uptimerobot", "alerts go by mail"],
  ["notification", "how alerts are sent is regulated by the program itself"],
  ["email_templates", "how alerts are sent is regulated by the program itself"],
  ["rvc.spec_path", "the messages of RV-C are inside the program"],
  ["rvc.config_dir", "the messages of RV-C are inside the program"],
  ["rvc_enabled", "RV-C is always on"],
  ["rvc", "RV-C is always on"],
  ["protocols", "RV-C is always on"],
  ["coach", "models are inside the program, and in its database"],
  ["j1939", "what J1939 does beyond being on is fixed"],
  ["firefly", "what was known of Firefly's own messages turned out to be invented"],
  ["spartan_k2", "what was known of Spartan K2's own messages turned out to be invented"],
  ["multi_network", "can.interfaces says which buses there are"],
  ["api_domains", "the API has one form, and commands have fixed rules"],
  ["features", "the earlier program's switch for a part that this one does not have, or always has"],
  ["performance_analytics", "measuring is regulated by the program itself"],
  ["analytics", "measuring is regulated by the program itself"],
  ["predictive_maintenance", "measuring is regulated by the program itself"],
  ["maintenance", "measuring is regulated by the program itself"],
  ["canbus_decoder_v2", "there is one decoder"],
  ["database", "the database looks after itself, and is updated when you say so"],
  ["cors", "only origins can be named"],
  ["server", "it belonged to the earlier program's web server"],
  ["storage_profile", "persistence.storage_profile says it"],
  ["app_", "it was the name of the earlier program"],
  ["environment", "persistence.storage_profile has development for developers"],
];

/** Why a key has no successor. */
export function leftText(key: string): string {
  const found = left.filter(([beginning]) => key.startsWith(beginning));
  const longest = found.toSorted(([a], [b]) => b.length - a.length)[0];
  return longest?.[1] ?? "no key replaces it";
}
