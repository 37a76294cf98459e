import { checkTree } from "./check_tree.ts";
import { ConfigError } from "./config_error.ts";
import { formatOf } from "./config_format.ts";
import { readVersioned } from "./file_version.ts";
import type { Leaf } from "./leaf.ts";
import { defaultLimits } from "./parse_limits.ts";
import type { ConfigProblem } from "./types.ts";

/** What of a system file holds: all of it, or it is refused. */
export interface SystemFileReading {
  readonly leaves: readonly Leaf[];
  /** The file is there. */
  readonly found: boolean;
}

/**
 * Reads a system file whole.
 *
 * @throws {ConfigError} with everything that is wrong in it, or that it is not there though it must be.
 */
export async function readSystemFile(
  file: string,
  options: { readonly mustExist: boolean },
): Promise<SystemFileReading> {
  const data = await readWhole(file, options);
  if (data === undefined) return { leaves: [], found: false };
  const { leaves, problems } = checkSystemText(data, file);
  if (problems.length > 0) throw ConfigError.of("load configuration", problems);
  return { leaves, found: true };
}

/** Everything that is wrong with a text as a system file; the format is that of the file's ending. */
export function checkSystemText(
  data: string | Uint8Array,
  file: string,
): { readonly leaves: readonly Leaf[]; readonly problems: readonly ConfigProblem[] } {
  const read = readVersioned(data, { file, format: formatOf(file) });
  if (read.kind === "problems") return { leaves: [], problems: read.problems };
  return checkTree(read.parsed.tree, { layer: "system", where: file, ...read.parsed });
}

async function readWhole(
  file: string,
  { mustExist }: { readonly mustExist: boolean },
): Promise<Uint8Array | undefined> {
  const refuse = (text: string, cause?: unknown) =>
    new ConfigError("invalid", `Cannot load configuration "${file}": ${text}`, { problems: [{ file, text }], cause });
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(file);
  } catch (error) {
    // A data folder that is a file is for the storage to tell.
    if (error instanceof Deno.errors.NotADirectory && !mustExist) return undefined;
    if (!(error instanceof Deno.errors.NotFound)) throw refuse(`cannot be read (${messageOf(error)})`, error);
    if (!mustExist) return undefined;
    throw refuse("is not there, expected a file", error);
  }
  if (!info.isFile) throw refuse("is no file, expected one");
  if (info.size > defaultLimits.maxBytes) {
    throw refuse(`is ${info.size} bytes long, expected at most ${defaultLimits.maxBytes}`);
  }
  try {
    return await Deno.readFile(file);
  } catch (error) {
    throw refuse(`cannot be read (${messageOf(error)}), expected a file that this user may read`, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
