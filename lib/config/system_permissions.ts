import type { ConfigProblem } from "./types.ts";

/** What checking permissions needs of the machine; tests put other answers here. */
export interface PermissionSystem {
  /** Permissions of a file or folder, [0, 0o7777]; null where there are none. */
  modeOf(path: string): Promise<number | null>;
  setMode(path: string, mode: number): Promise<void>;
}

/** The machine itself. */
export const realPermissions: PermissionSystem = {
  async modeOf(path) {
    const { mode } = await Deno.stat(path);
    return mode === null ? null : mode & 0o7777;
  },
  setMode: (path, mode) => Deno.chmod(path, mode),
};

const anyoneWrites = 0o222;

/**
 * Sees to it that nobody writes a system file by mistake: 0444, and 0555 for its folder when the folder is the
 * program's own. Mends what it may, and tells what it may not.
 *
 * @param options.ownFolder the folder belongs to the program: nothing else is kept in it.
 * @param options.mend false: only look.
 */
export async function checkPermissions(
  file: string,
  options: { readonly ownFolder: boolean; readonly mend: boolean; readonly system?: PermissionSystem },
): Promise<readonly ConfigProblem[]> {
  const { ownFolder, mend, system = realPermissions } = options;
  const folder = file.slice(0, file.lastIndexOf("/"));
  const wanted = [
    { path: file, mode: 0o444 },
    ...(ownFolder ? [{ path: folder, mode: 0o555 }] : []),
  ];
  const problems: ConfigProblem[] = [];
  for (const { path, mode } of wanted) {
    const found = await system.modeOf(path);
    if (found === null || (found & anyoneWrites) === 0) continue;
    const reason = mend ? await tryToMend({ path, mode }, system) : "";
    if (reason === undefined) continue;
    const text = `has the permissions ${octal(found)}${reason}, expected ${octal(mode)}: chmod ${octal(mode)} ${path}`;
    problems.push({ file: path, text });
  }
  return problems;
}

/** Undefined: it is mended; else why not. */
async function tryToMend(
  { path, mode }: { readonly path: string; readonly mode: number },
  system: PermissionSystem,
): Promise<string | undefined> {
  try {
    await system.setMode(path, mode);
    return undefined;
  } catch (error) {
    return ` and cannot be mended (${error instanceof Error ? error.message : String(error)})`;
  }
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}
