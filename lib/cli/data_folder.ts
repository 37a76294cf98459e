import { dataPaths, type Machine, thisMachine } from "../store/mod.ts";
import { CliError } from "./cli_error.ts";

/**
 * Checks that a data directory is there and that this user may work in it.
 *
 * @param options.command the command of this program, for the sentence that says how to call it.
 * @throws {CliError} when there is none, or it belongs to someone else: files that root makes in it are files that the
 * server cannot use.
 */
export async function mustBeOurs(
  folder: string,
  options: { readonly machine?: Machine; readonly command: string },
): Promise<void> {
  const { machine = thisMachine, command } = options;
  const info = await statOf(folder, machine);
  if (info === undefined) {
    throw new CliError(
      `Cannot find the data directory "${folder}": there is no such folder, name the one of the server with --data-dir`,
    );
  }
  if (!info.isDirectory) {
    throw new CliError(`Cannot use the data directory "${folder}": it is a file, expected a folder`);
  }
  const { uid: owner } = await statOf(dataPaths(folder).user, machine) ?? info;
  const uid = machine.uid();
  if (owner !== null && uid !== null && owner !== uid) {
    throw new CliError(
      `Cannot use the data directory "${folder}": it belongs to user ${owner}, this program is user ${uid}; ` +
        `run it as the server's user: sudo -u '#${owner}' coachiq ${command} …`,
    );
  }
}

export async function exists(path: string): Promise<boolean> {
  return await statOf(path, thisMachine) !== undefined;
}

async function statOf(path: string, machine: Machine): Promise<Awaited<ReturnType<Machine["stat"]>> | undefined> {
  try {
    return await machine.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`Cannot look at "${path}": ${reason}`, { cause: error });
  }
}
