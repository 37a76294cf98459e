/** What `coachiq account …` was asked for. */
export type AccountRequest =
  & {
    /** Absent: where `serve` keeps its data. */
    readonly dataDir?: string;
    readonly json: boolean;
  }
  & (
    | { readonly command: "list" }
    | { readonly command: "revoke-sessions"; readonly username: string }
    /** The password comes from standard input, or one is made and printed. */
    | {
      readonly command: "reset-password" | "create-owner";
      readonly username: string;
      readonly passwordFromInput: boolean;
    }
  );
