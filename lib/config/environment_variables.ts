/** A variable that is read. */
export interface EnvironmentVariable {
  readonly name: string;
  /** Dotted key that it sets. */
  readonly key: string;
  /** A secret: `<name>_FILE` names a file that holds it; the value itself is read, too, with a warning. */
  readonly secret?: true;
}

/** Names the system file; the one variable that sets no key. */
export const configFileVariable = "COACHIQ_CONFIG_FILE";

/** The variables that set keys (DESIGN section 3). No other is read. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  { name: "COACHIQ_PERSISTENCE__DATA_DIR", key: "persistence.data_dir" },
  { name: "COACHIQ_STORAGE_PROFILE", key: "persistence.storage_profile" },
  { name: "COACHIQ_SERVER__DEBUG", key: "server.debug" },
  { name: "COACHIQ_LOGGING__LEVEL", key: "logging.level" },
  { name: "COACHIQ_SECURITY__SECRET_KEY", key: "auth.secret_key", secret: true },
  { name: "COACHIQ_AUTH__JWT_SECRET", key: "auth.jwt_secret", secret: true },
  { name: "COACHIQ_AUTH__ADMIN_USERNAME", key: "auth.admin_username" },
  { name: "COACHIQ_AUTH__ADMIN_PASSWORD", key: "auth.admin_password", secret: true },
  { name: "COACHIQ_NOTIFICATIONS__SMTP__HOST", key: "features.notifications.smtp.host" },
  { name: "COACHIQ_NOTIFICATIONS__SMTP__USERNAME", key: "features.notifications.smtp.username" },
  { name: "COACHIQ_NOTIFICATIONS__SMTP__PASSWORD", key: "features.notifications.smtp.password", secret: true },
];
