import type { ResetScope } from "../update/mod.ts";

/** What a reset can be asked to forget. */
export const resetScopes: readonly ResetScope[] = ["preferences", "states", "all"];

/** What every `db` command takes. */
interface Common {
  /** Absent: where `serve` keeps its data. */
  readonly dataDir?: string;
  readonly json: boolean;
}

/** The owner's words, without which nothing is changed. */
export interface Words {
  /** Consent. */
  readonly yes: boolean;
  /** The coach is parked, where the bus does not say so. */
  readonly parked: boolean;
}

/** What `coachiq db …` was asked for. */
export type DbRequest =
  & Common
  & (
    | { readonly command: "status" }
    | { readonly command: "dry-run" }
    | { readonly command: "backup" }
    | { readonly command: "backups" }
    | ({ readonly command: "migrate" } & Words)
    /** Without an id: the live database and the newest backup. */
    | { readonly command: "verify"; readonly id?: string }
    | ({ readonly command: "restore"; readonly id: string } & Words)
    /** `at`: name or number of the last step of the schema; absent: the newest. */
    | { readonly command: "create"; readonly at?: string }
    | ({ readonly command: "reset"; readonly scope: ResetScope } & Words)
    | { readonly command: "export"; readonly file: string }
    | { readonly command: "import"; readonly file: string; readonly yes: boolean }
  );

/** The requests of one command. */
export type DbRequestOf<C extends DbRequest["command"]> = Extract<DbRequest, { readonly command: C }>;
