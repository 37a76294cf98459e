import type { JobProgress } from "../update/mod.ts";
import type { CliOutput } from "./command_line.ts";

/** Shows on standard error how far a job is: in place on a terminal, elsewhere one line per step. */
export class ProgressLines {
  readonly #output: CliOutput;
  readonly #terminal: boolean;
  #step = "";
  #inPlace = false;

  constructor(output: CliOutput, options: { readonly terminal: boolean }) {
    this.#output = output;
    this.#terminal = options.terminal;
  }

  readonly show = ({ state, step, percent, message }: JobProgress): void => {
    if (state !== "running") return this.end();
    const line = `${String(percent).padStart(3)} % ${step}: ${message}`;
    if (this.#terminal) {
      // Back to the start of the line, and clear it.
      this.#output.err(`\r\x1b[K${line.slice(0, 100)}`);
      this.#inPlace = true;
    } else if (step !== this.#step) this.#output.err(`${line}\n`);
    this.#step = step;
  };

  /** What comes next begins on a line of its own. */
  end(): void {
    if (this.#inPlace) this.#output.err("\r\x1b[K");
    this.#inPlace = false;
  }
}
