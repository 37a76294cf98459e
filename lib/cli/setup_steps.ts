import { CliError } from "./cli_error.ts";
import type { CliOutput } from "./command_line.ts";

/** Does the steps of setting up a machine, and tells each before it is done. */
export class SetupSteps {
  readonly #output: CliOutput;
  readonly #dryRun: boolean;
  #changes = 0;

  constructor(options: { readonly output: CliOutput; readonly dryRun: boolean }) {
    this.#output = options.output;
    this.#dryRun = options.dryRun;
  }

  /** Steps that were done, or would be. */
  get changes(): number {
    return this.#changes;
  }

  get isDryRun(): boolean {
    return this.#dryRun;
  }

  /**
   * One step.
   *
   * @param what begins with a verb, e.g. "write /etc/…".
   * @throws {CliError} naming the step that failed.
   */
  async step(what: string, work: () => Promise<void>): Promise<void> {
    this.#changes++;
    this.tell(`${this.#dryRun ? "would " : ""}${what}`);
    if (this.#dryRun) return;
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CliError(`Cannot ${what}: ${reason}`, { cause: error });
    }
  }

  /** One line for the person who watches. */
  tell(text: string): void {
    this.#output.out(`${text}\n`);
  }
}
