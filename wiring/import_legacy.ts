import { importLegacy as runImport, type LegacyParts, type LegacyRequest } from "../lib/cli/mod.ts";
import { createProtocol } from "../lib/protocol/mod.ts";
import { dbParts } from "./db.ts";
import { modelsFolder, type Surroundings } from "./surroundings.ts";

/** Takes an earlier installation over into a data directory that no server uses. */
export function importLegacy(
  request: LegacyRequest,
  surroundings: Surroundings & Pick<LegacyParts, "environment">,
): Promise<number> {
  return runImport(request, {
    ...dbParts(surroundings),
    models: modelsFolder(surroundings),
    protocol: createProtocol(),
    environment: surroundings.environment,
  });
}
