import type { Logger } from "../lib/base/mod.ts";
import { CliError, type ServeOptions } from "../lib/cli/mod.ts";
import type { Storage } from "../lib/core/mod.ts";
import type { StopSignal, Surroundings } from "./surroundings.ts";

/** Says why the program cannot run on this database, and how to get one on which it can. @throws {CliError} */
export function recover(reason: string, _parts: {
  readonly storage: Storage;
  readonly options: ServeOptions;
  readonly surroundings: Surroundings;
  readonly logger: Logger;
  readonly signal: StopSignal;
}): Promise<boolean> {
  throw new CliError(`Cannot start: ${reason} "coachiq db backups" lists what can be restored.`);
}
