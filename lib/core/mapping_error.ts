import { StoreError } from "../store/mod.ts";

/**
 * Why something of the mapping was refused. `notFound`: an unknown model, path or change; `invalid`: the outcome would
 * be no good coach; `conflict`: it cannot be now, such as a preview that is no longer true; `tooLarge`: an upload;
 * `unavailable`: the database cannot be read or written now.
 */
export type MappingErrorKind = "notFound" | "invalid" | "conflict" | "tooLarge" | "unavailable";

/** Thrown for what the coach's mapping refuses; nothing was changed then. */
export class MappingError extends Error {
  override readonly name = "MappingError";
  readonly kind: MappingErrorKind;
  /** Each single thing that is wrong, one sentence each. */
  readonly errors: readonly string[];

  constructor(
    kind: MappingErrorKind,
    message: string,
    options: { readonly errors?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.errors = options.errors ?? [];
  }
}

/** Does something with the database. @throws {MappingError} `unavailable` with the storage's sentence. */
export function withStore<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new MappingError("unavailable", error.message, { errors: [error.todo], cause: error });
  }
}
