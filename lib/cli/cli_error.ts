/** A failure that a person can do something about: one sentence, no stack. Exit code 1. */
export class CliError extends Error {
  override readonly name = "CliError";
}
