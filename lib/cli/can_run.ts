import { ConfigError, Configuration } from "../config/mod.ts";
import { type CanLinkParts, canLinkSteps } from "./can_link.ts";
import type { CanRequest } from "./can_command.ts";
import { CliError } from "./cli_error.ts";
import type { ConfigParts } from "./config_place.ts";

/**
 * Prints what brings an interface up, one step a line; nothing for one that is not in `can.interfaces`: at a speed that
 * is not that of its bus it would disturb everybody there.
 *
 * @throws {CliError} when the configuration is wrong, or there is no such interface.
 */
export async function runCan(
  { interfaceName, dataDir }: CanRequest,
  parts: Pick<ConfigParts, "output" | "environment" | "defaultDataDir" | "clock"> & Pick<CanLinkParts, "read">,
): Promise<number> {
  const { output, environment, defaultDataDir, clock, read } = parts;
  const flags = dataDir === undefined ? [] : [{ flag: "--data-dir", key: "persistence.data_dir", value: dataDir }];
  const configuration = new Configuration({ environment, flags, defaultDataDir, clock });
  try {
    await configuration.load();
  } catch (error) {
    throw error instanceof ConfigError ? new CliError(error.message, { cause: error }) : error;
  }
  const { bitrates, interfaces } = configuration.effective.can;
  const steps = await canLinkSteps(interfaceName, { read, bitrates });
  if (interfaces.includes(interfaceName)) { for (const step of steps) output.out(`${step}\n`); }
  else {
    output.err(
      `${interfaceName} stays as it is: can.interfaces does not name it. Name it there, and its bit rate in can.bitrates.\n`,
    );
  }
  return 0;
}
