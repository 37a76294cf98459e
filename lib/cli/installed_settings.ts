import { checkSystemText, problemLine } from "../config/mod.ts";
import { defaultLiveMiB, machinePlaces } from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import type { SetupHost } from "./setup_host.ts";

/** What the settings of an installed machine say about its units. */
export interface InstalledSettings {
  readonly profile: "ssd" | "sdcard";
  /** Room for the live databases of the profile `sdcard`, MiB. */
  readonly liveMiB: number;
  /** None: a simulated coach, or a log. */
  readonly canInterfaces: readonly string[];
  /** bit/s of those for which one is set. */
  readonly bitrates: ReadonlyMap<string, number>;
  readonly port: number;
  /** Address to listen on. */
  readonly listenOn: string;
  /** The site has a certificate. */
  readonly hasTls: boolean;
}

const overrides = `${machinePlaces.dataFolder}/user/config-overrides.toml`;

/**
 * Reads the settings file and what the owner changed on the site; undefined: there are none yet.
 *
 * @throws {CliError} when the settings file is wrong, with every mistake.
 */
export async function readInstalledSettings(host: SetupHost): Promise<InstalledSettings | undefined> {
  const { settings } = machinePlaces;
  const text = await host.read(settings);
  if (text === undefined) return undefined;
  const { leaves, problems } = checkSystemText(text, settings);
  if (problems.length > 0) {
    const list = problems.map((problem) => problemLine(problem)).join("\n");
    throw new CliError(`Cannot use the settings "${settings}": correct them and try again\n${list}`);
  }
  // What is wrong in the owner's file is left out by the server as well.
  const own = checkSystemText(await readOwn(host) ?? "", overrides).leaves;
  const value = (key: string, from = [...leaves, ...own]) => from.findLast((leaf) => leaf.key === key)?.value;
  const profile = value("persistence.storage_profile", [...leaves]);
  const liveMiB = Number(value("persistence.live_megabytes", [...leaves]) ?? defaultLiveMiB);
  const names = value("can.interfaces");
  const rates = [...leaves, ...own].filter(({ path: [section, table] }) => section === "can" && table === "bitrates");
  return {
    profile: profile === "sdcard" ? "sdcard" : "ssd",
    liveMiB,
    canInterfaces: Array.isArray(names)
      ? names.filter((name) => !/^(sim$|replay:)/.test(String(name))).map(String)
      : [],
    bitrates: new Map(rates.map((leaf) => [leaf.path[2] ?? "", Number(leaf.value)])),
    port: Number(value("server.port") ?? 8080),
    listenOn: String(value("server.host") ?? "127.0.0.1"),
    hasTls: value("server.tls_certificate_file") !== undefined,
  };
}

/** What the owner changed, as far as this user may know. */
async function readOwn(host: SetupHost): Promise<string | undefined> {
  try {
    return await host.read(overrides);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return undefined;
    throw error;
  }
}
