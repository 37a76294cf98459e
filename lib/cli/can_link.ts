import { defaultBitrate } from "../install/mod.ts";
import { canInterfaceNames } from "./can_interface_names.ts";
import { CliError } from "./cli_error.ts";

/** What bringing an interface up looks at. */
export interface CanLinkParts {
  /** A file in which the kernel states a fact; undefined: there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** `can.bitrates` of the configuration. */
  readonly bitrates: Readonly<Record<string, number>>;
}

/** A bus that was lost comes back by itself after this time, ms. */
const restartMs = 100;

/**
 * The steps, for `ip -batch`, that bring an interface up; none when it is up. A virtual one has no bit rate.
 *
 * @throws {CliError} when there is no such interface.
 */
export async function canLinkSteps(name: string, { read, bitrates }: CanLinkParts): Promise<readonly string[]> {
  const isThere = /^[A-Za-z0-9_.-]{1,15}$/.test(name) && (await canInterfaceNames(read))?.includes(name);
  if (!isThere) {
    throw new CliError(`Cannot bring "${name}" up: there is no such CAN interface, check adapter and driver`);
  }
  // IFF_UP (linux/if.h).
  if ((Number(await read(`/sys/class/net/${name}/flags`)) & 1) !== 0) return [];
  const up = `link set ${name} up`;
  // An adapter is a device of its own; vcan and its like have none.
  if (await read(`/sys/class/net/${name}/device/uevent`) === undefined) return [up];
  const bitrate = bitrates[name] ?? defaultBitrate;
  return [`${up} type can bitrate ${bitrate} restart-ms ${restartMs}`];
}
