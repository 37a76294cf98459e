import { buildExecutable } from "../compile/mod.ts";
import { type ContentsOptions, debianArchitectures, packageContents } from "./package_contents.ts";
import { packDeb, type WrittenPackage } from "./pack.ts";

export { packageContents, packDeb, type WrittenPackage };
export type { DebianPackage, PackageFile } from "./package_file.ts";

export interface DebOptions extends Omit<ContentsOptions, "executable"> {
  /** Where the package goes; default `<root>/dist`. */
  readonly outDir?: string;
  /** A program file that is built already, for the same target. */
  readonly executable?: string;
}

/** Builds `coachiq_<version>_<architecture>.deb`. The same tree and time give the same bytes. */
export async function buildDeb(options: DebOptions): Promise<WrittenPackage> {
  const { root, target, epochS, outDir = `${root}/dist` } = options;
  const folder = await Deno.makeTempDir({ prefix: "coachiq-deb-" });
  try {
    // The form that needs no base runtime; in a folder of its own, for in `dist` may be a file of the other form.
    const form = "self-unpacking";
    const executable = options.executable ?? (await buildExecutable({ root, target, outDir: folder, form })).path;
    const contents = await packageContents({ root, target, executable, epochS });
    const name = `coachiq_${contents.control["Version"]}_${debianArchitectures[target]}.deb`;
    return await packDeb(contents, { path: `${outDir}/${name}`, epochS });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
