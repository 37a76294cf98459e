/** JSON-like value of a key. A secret never is one: it shows as `{set: true}` or not at all. */
export type ConfigJson =
  | string
  | number
  | boolean
  | null
  | readonly ConfigJson[]
  | { readonly [key: string]: ConfigJson };

/** Where a value was written; line and column count from 1. */
export interface OriginView {
  readonly layer: string;
  readonly where: string;
  readonly line?: number;
  readonly column?: number;
}

/** One key of the configuration: its value, where it comes from, and what it means. */
export interface ConfigKeyView {
  /** Dotted, e.g. `server.port`. */
  readonly key: string;
  /** What is set. Absent for a secret, and where nothing is set. */
  readonly value?: ConfigJson;
  readonly origin: OriginView;
  /** Present where the owner set it: what the layers below would give. A reset of the override leads there. */
  readonly below?: { readonly value?: ConfigJson; readonly origin: OriginView };
  readonly doc: string;
  readonly type: "text" | "number" | "integer" | "switch" | "choice" | "list" | "table" | "secret";
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a table: what its values may be. */
  readonly choices?: readonly string[];
  readonly who: "release" | "installer" | "owner" | "program";
  readonly reload: "live" | "restart";
  /** Set and not in force before the next start. */
  readonly waitsForRestart: boolean;
  /** What the program runs with while the value waits; absent where nothing was set. */
  readonly inForce?: ConfigJson;
  readonly secret: boolean;
}

/** What `GET /api/config` answers. */
export interface ConfigView {
  readonly keys: readonly ConfigKeyView[];
  readonly activeProfile: string | null;
  /** Lines of overrides that were left out, files with wrong permissions, old variables: one sentence each. */
  readonly problems: readonly { readonly what: string; readonly todo: string }[];
}

/** A named set of overrides. */
export interface ProfileView {
  readonly name: string;
  readonly description: string;
  readonly author: string;
  /** ISO 8601; null: one that ships with the program. */
  readonly createdAt: string | null;
  readonly inherits: string | null;
  readonly active: boolean;
  readonly shipped: boolean;
  readonly overrides: { readonly [key: string]: ConfigJson };
  /** What is wrong with its file; none: it can be switched to. */
  readonly problems: readonly string[];
}

/** What switching to a profile would change. */
export interface ProfilePreview {
  readonly name: string | null;
  readonly changes: readonly {
    readonly key: string;
    readonly from?: ConfigJson;
    readonly to?: ConfigJson;
    readonly reload: "live" | "restart";
  }[];
}

/** A backup of a configuration file. */
export interface ConfigBackupView {
  readonly id: string;
  /** `config-overrides.toml`, or `profiles/camping.toml`. */
  readonly file: string;
  /** Null: made by the program before a change. */
  readonly name: string | null;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly sizeBytes: number;
}
