import { configKeys } from "./config_keys.ts";

/**
 * Variables of the Python-era program, without `COACHIQ_`, and the keys that replace them. What is in none of these
 * lists has no successor.
 */
const successors: Readonly<Record<string, string>> = {
  DEBUG: "server.debug",
  ENVIRONMENT: "persistence.storage_profile",
  CONTROLLER_SOURCE_ADDR: "can.source_address",
  RVC_COACH_MAPPING_PATH: "coach.model",
  J1939_ENABLED: "features.j1939.enabled",
  FIREFLY_ENABLED: "features.firefly.enabled",
  SPARTAN_K2_ENABLED: "features.spartan_k2.enabled",
  SERVER__HOST: "server.host",
  SERVER__PORT: "server.port",
  SERVER__SSL_KEYFILE: "server.tls_key_file",
  SERVER__SSL_CERTFILE: "server.tls_certificate_file",
  CORS__ALLOW_ORIGINS: "server.cors_origins",
  CORS__ALLOWED_ORIGINS: "server.cors_origins",
  SECURITY__ALLOWED_IPS: "server.allowed_networks",
  SECURITY__TLS_TERMINATION_IS_EXTERNAL: "server.trusted_proxies",
  LOGGING__FILE: "logging.file",
  LOGGING__LOG_FILE: "logging.file",
  LOGGING__LOG_TO_FILE: "logging.file",
  LOGGING__MAX_BYTES: "logging.max_megabytes",
  LOGGING__BACKUP_COUNT: "logging.keep_files",
  PERSISTENCE__BACKUP_RETENTION_DAYS: "backups.daily_keep_days",
  CAN__INTERFACE: "can.interfaces",
  CAN__INTERFACES: "can.interfaces",
  CAN__INTERFACE_MAPPINGS: "can.interfaces",
  CAN__BITRATE: "can.bitrates.<interface>",
  MULTI_NETWORK__DEFAULT_NETWORKS: "can.interfaces",
  RVC__COACH_MODEL: "coach.model",
  RVC__COACH_MAPPING_PATH: "coach.model",
  J1939__ENABLED: "features.j1939.enabled",
  FIREFLY__ENABLED: "features.firefly.enabled",
  SPARTAN_K2__ENABLED: "features.spartan_k2.enabled",
  SPARTAN_K2__ENABLE_PREDICTIVE_MAINTENANCE: "features.predictive_maintenance.enabled",
  PERFORMANCE_ANALYTICS__ENABLED: "features.system_analytics.enabled",
  FEATURES__ENABLE_MAINTENANCE_TRACKING: "features.predictive_maintenance.enabled",
  FEATURES__ENABLE_NOTIFICATIONS: "features.notifications.enabled",
  FEATURES__ENABLE_API_DOCS: "features.api_docs.enabled",
  FEATURES__ENABLE_SYSTEM_ANALYTICS: "features.system_analytics.enabled",
  NOTIFICATIONS__ENABLED: "features.notifications.enabled",
  NOTIFICATIONS__SMTP__ENABLED: "features.notifications.enabled",
  NOTIFICATIONS__SMTP__PORT: "features.notifications.smtp.port",
  NOTIFICATIONS__SMTP__FROM_EMAIL: "features.notifications.smtp.from",
  NOTIFICATIONS__SMTP__USE_TLS: "features.notifications.smtp.security",
  NOTIFICATIONS__SMTP__USE_SSL: "features.notifications.smtp.security",
  AUTH__ENABLED: "features.authentication.enabled",
  AUTH__BASE_URL: "server.public_url",
  AUTH__SESSION_EXPIRE_HOURS: "auth.session_days",
  AUTH__REFRESH_TOKEN_EXPIRE_DAYS: "auth.session_days",
  AUTH__JWT_EXPIRE_MINUTES: "auth.access_token_minutes",
  PREDICTIVE_MAINTENANCE__ENABLED: "features.predictive_maintenance.enabled",
};

/** Variables that another variable replaces, without `COACHIQ_`. */
const successorVariables: Readonly<Record<string, string>> = {
  AUTH__SECRET_KEY: "COACHIQ_SECURITY__SECRET_KEY_FILE",
  AUTH__REFRESH_TOKEN_SECRET: "COACHIQ_AUTH__JWT_SECRET_FILE",
  CONFIG_PATH: "COACHIQ_CONFIG_FILE",
  DATA_DIR: "COACHIQ_PERSISTENCE__DATA_DIR",
};

const keysByVariable: ReadonlyMap<string, string> = new Map(
  configKeys.filter(({ key, layers }) => !key.includes("<") && layers.has("system"))
    .map(({ key }) => [key.replaceAll(".", "__").toUpperCase(), key]),
);

/** What to say about a variable `COACHIQ_…` that is not read, to follow its name. */
export function unreadVariableText(name: string): string {
  const short = name.replace(/^COACHIQ_/, "");
  const variable = Object.hasOwn(successorVariables, short) ? successorVariables[short] : undefined;
  if (variable !== undefined) return `is not read, set ${variable} instead`;
  const key = (Object.hasOwn(successors, short) ? successors[short] : undefined) ?? keysByVariable.get(short);
  if (key !== undefined) return `is not read, set the key ${key} in a configuration file instead`;
  return "is not read and no key replaces it, remove it";
}

/** Every key and variable that a text can name, for the test that they exist. */
export const legacySuccessors: readonly string[] = [...Object.values(successors), ...Object.values(successorVariables)];
