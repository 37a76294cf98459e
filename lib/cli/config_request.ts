/** What every `config` command takes. */
interface Common {
  /** Absent: where `serve` keeps its data. */
  readonly dataDir?: string;
  readonly json: boolean;
}

/** What `coachiq config …` was asked for. */
export type ConfigRequest =
  & Common
  & (
    /** `key`: one key, or a section with all of its keys. `origin`: tell where each value comes from. */
    | { readonly command: "show"; readonly origin: boolean; readonly key?: string }
    /** With a file: only that, as a system file; without one: everything. */
    | { readonly command: "check"; readonly file?: string }
    | { readonly command: "set"; readonly values: readonly (readonly [key: string, text: string])[] }
    | { readonly command: "reset"; readonly keys: readonly string[] }
    | { readonly command: "profiles list" }
    | { readonly command: "profiles show"; readonly name: string }
    | {
      readonly command: "profiles create";
      readonly name: string;
      readonly description: string;
      readonly inherits?: string;
      readonly replace: boolean;
    }
    /** Without a name: to none. */
    | { readonly command: "profiles switch"; readonly name?: string }
    | { readonly command: "profiles preview"; readonly name?: string }
    | { readonly command: "profiles delete"; readonly name: string }
    /** Without a file: to standard output. */
    | { readonly command: "profiles export"; readonly name: string; readonly file?: string }
    | { readonly command: "profiles import"; readonly file: string; readonly replace: boolean }
    | { readonly command: "backups list" }
    | { readonly command: "backups create"; readonly name: string }
    | { readonly command: "backups restore"; readonly id: string }
    | { readonly command: "backups delete"; readonly id: string }
  );

/** The requests of one command. */
export type ConfigRequestOf<C extends ConfigRequest["command"]> = Extract<ConfigRequest, { readonly command: C }>;
