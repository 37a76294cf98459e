import { systemClock } from "../lib/base/mod.ts";
import { type ConfigRequest, runConfig } from "../lib/cli/mod.ts";
import type { Environment } from "../lib/config/mod.ts";
import { embeddedTables } from "../lib/protocol/mod.ts";
import { dataFolder } from "./data_folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** Looks at the configuration of a data directory and changes it, while a server runs over it or not. */
export function config(
  request: ConfigRequest,
  surroundings: Surroundings & { readonly environment: Environment },
): Promise<number> {
  return runConfig(request, {
    output: surroundings.output,
    environment: surroundings.environment,
    defaultDataDir: (profile) => dataFolder({ profile }, surroundings),
    tables: embeddedTables(),
    clock: systemClock,
  });
}
