import { problemSentence } from "./problem_text.ts";
import type { ConfigProblem } from "./types.ts";

/**
 * Why the configuration was not loaded or changed. `invalid`: each of `problems` is wrong; `notFound`: there is no such
 * key, profile or backup; `conflict`: not as things are now.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly kind: "invalid" | "notFound" | "conflict";
  readonly problems: readonly ConfigProblem[];

  constructor(kind: ConfigError["kind"], message: string, options: {
    readonly problems?: readonly ConfigProblem[];
    readonly cause?: unknown;
  } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.problems = options.problems ?? [];
  }

  /** An error that tells every problem; `what` follows "Cannot", e.g. `load configuration`. */
  static of(what: string, problems: readonly ConfigProblem[]): ConfigError {
    return new ConfigError("invalid", problemSentence(what, problems), { problems });
  }
}
