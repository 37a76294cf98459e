/** What every `coach` command takes. */
interface Common {
  /** Absent: where `serve` keeps its data. */
  readonly dataDir?: string;
  readonly json: boolean;
}

/** What is noted with a change. */
interface Reasoned {
  readonly reason?: string;
}

/** What `coachiq coach …` was asked for. */
export type CoachRequest =
  & Common
  & (
    | { readonly command: "models" }
    | { readonly command: "status" }
    /** Without a model: the one in use. */
    | { readonly command: "preview"; readonly model?: string }
    | ({
      readonly command: "import";
      /** Id, or a `.yml` file; absent: the one in use. */
      readonly model?: string;
      /** Consent. */
      readonly yes: boolean;
      /** Paths of conflicts in which the model wins. */
      readonly theirs: readonly string[];
    } & Reasoned)
    | { readonly command: "upload"; readonly file: string }
    | { readonly command: "export"; readonly format: "yaml" | "patch"; readonly output?: string }
    | ({ readonly command: "reset"; readonly entityId?: string; readonly yes: boolean } & Reasoned)
    | { readonly command: "history"; readonly limit: number }
    | ({ readonly command: "undo"; readonly batchId: number } & Reasoned)
    /** `-`: standard input. */
    | ({ readonly command: "patch"; readonly file: string } & Reasoned)
  );

export type CoachRequestOf<C extends CoachRequest["command"]> = Extract<CoachRequest, { readonly command: C }>;
