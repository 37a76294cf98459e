/**
 * The layers, lowest first (DESIGN section 3). `defaults` are stated in the schema itself, `flags` are arguments of the
 * command line: they are not among the eight, and lie below and above them.
 */
export const layers = [
  "defaults",
  "protocol",
  "model",
  "structure",
  "system",
  "overrides",
  "profile",
  "state",
  "preferences",
  "environment",
  "flags",
] as const;
export type Layer = typeof layers[number];

/** JSON-like value of a layer; keys are snake_case as in the files. */
export type ConfigValue =
  | string
  | number
  | boolean
  | null
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };
export type ConfigTree = { readonly [key: string]: ConfigValue };

/** Where a value was written. Line and column count from 1. */
export interface Origin {
  readonly layer: Layer;
  /** File as people know it, e.g. `/var/lib/coachiq/config/system.toml`; name of a variable, a flag or a table else. */
  readonly where: string;
  readonly line?: number;
  readonly column?: number;
}

/** One thing that is wrong, as `file:line:column: key: what is true, what was wanted`. */
export interface ConfigProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted key, e.g. `server.port`; absent when the file itself is wrong. */
  readonly key?: string;
  readonly text: string;
}

/** Who may write a key: `release` nobody, `installer` files and environment, `owner` the site too, `program` itself. */
export type Writer = "release" | "installer" | "owner" | "program";
/** `live`: taken over at once; `restart`: from the next start on. */
export type Reload = "live" | "restart";
