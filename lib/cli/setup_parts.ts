import type { Clock } from "../base/mod.ts";
import { machinePlaces, packagePlaces } from "../install/mod.ts";
import { CliError } from "./cli_error.ts";
import type { CliOutput } from "./command_line.ts";
import type { SetupHost } from "./setup_host.ts";

/** What the commands that set up a machine are given. */
export interface SetupParts {
  readonly host: SetupHost;
  readonly output: CliOutput;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  /** Version of the program that runs. */
  readonly version: string;
  /** Asks the person at the terminal; absent: there is none. */
  readonly ask?: (question: string) => string | null;
}

/** A server that becomes ready stays so for this long before it is believed, ms. */
export const settleMs = 10_000;

/** The page that tells how CoachIQ becomes a service of NixOS. */
export const nixOsPage = "docs/install-nixos.md";

/** NixOS, on which units that a program writes are gone with the next generation. */
export async function isNixOs(host: Pick<SetupHost, "kindOf">): Promise<boolean> {
  return await host.kindOf("/etc/NIXOS") !== undefined;
}

/** @throws {CliError} for anyone but root, and where NixOS or Debian's package is what looks after the program. */
export async function mustBeOursToSetUp(
  { host }: SetupParts,
  asked: { readonly command: string; readonly self: string | undefined; readonly forPackage: string },
): Promise<void> {
  const { command, self = "coachiq", forPackage } = asked;
  if (!host.isRoot) {
    throw new CliError(`Cannot ${command}: this user may not change the machine; run: sudo ${self} ${command}`);
  }
  if (command !== "uninstall" && await isNixOs(host)) {
    throw new CliError(`Cannot ${command}: this is NixOS, whose configuration says what runs; see ${nixOsPage}`);
  }
  if (await host.kindOf(packagePlaces.executable) === undefined) return;
  throw new CliError(`Cannot ${command}: CoachIQ is installed as a Debian package; use: ${forPackage}`);
}

/**
 * Version of a program file, by running it, or why it does not run.
 *
 * @param options.wholeFile every byte of it is looked at; else what it unpacked before may answer.
 */
export async function versionOf(
  file: string,
  host: SetupHost,
  { wholeFile = false }: { readonly wholeFile?: boolean } = {},
): Promise<{ readonly version: string } | { readonly reason: string }> {
  const args = ["version", "--json"];
  const { code, out, err } =
    await (wholeFile ? host.run("env", ["CHECK_WHOLE_FILE=yes", file, ...args]) : host.run(file, args));
  const said = err.trim().split("\n").at(-1) ?? "";
  if (code !== 0) return { reason: said === "" ? `it ended with exit code ${code}` : said };
  try {
    const answer: unknown = JSON.parse(out);
    if (
      answer !== null && typeof answer === "object" && "name" in answer && answer.name === "coachiq" &&
      "version" in answer && typeof answer.version === "string"
    ) return { version: answer.version };
  } catch {
    // Some other program, which says what it likes.
  }
  return { reason: "it is not CoachIQ" };
}

/** The lines of a log as they are shown below a sentence. */
export function indented(lines: readonly string[]): string {
  return lines.map((line) => `  | ${line}\n`).join("");
}

/** How a person looks at the log. */
export const logHint = `journalctl -u ${machinePlaces.user}`;
