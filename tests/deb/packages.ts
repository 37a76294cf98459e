import { buildExecutable, type Target, targets } from "../../tools/compile/mod.ts";
import { debianArchitectures } from "../../tools/deb/package_contents.ts";
import { type DebianPackage, packageContents, type PackageFile, packDeb } from "../../tools/deb/mod.ts";

const root = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");

/** Any moment of the past: what is built must not depend on when. */
const epochS = 1_700_000_000;

/** The packages that the tests install, as files in one folder. */
export interface TestPackages {
  /** As released, around the real program. */
  readonly current: string;
  /** A lower version with other units and settings, around a stand-in program. */
  readonly previous: string;
  /** A higher version with other settings. */
  readonly next: string;
  /** The current one for the other machine, around a program that is not one. */
  readonly foreign: string;
  readonly version: string;
}

/** Target of this machine. */
export function ownTarget(): Target {
  const target = targets.find((one) => one === Deno.build.arch);
  if (target !== undefined) return target;
  throw new Error(`Cannot build for ${Deno.build.arch}, expected one of ${targets.join(", ")}`);
}

/** Name of this machine's architecture in Debian. */
export function ownArchitecture(): string {
  return debianArchitectures[ownTarget()];
}

/** Builds all of them into a folder. */
export async function buildPackages(folder: string): Promise<TestPackages> {
  const target = ownTarget();
  const executable = (await buildExecutable({ root, target, outDir: folder })).path;
  const standIn = `${folder}/stand-in`;
  await Deno.writeTextFile(standIn, "#!/bin/sh\necho stand-in\n");
  const contents = await packageContents({ root, target, executable, epochS });
  const other = targets.find((one) => one !== target) ?? target;
  const foreign = await packageContents({ root, target: other, executable: standIn, epochS });
  const write = async (name: string, source: DebianPackage) =>
    (await packDeb(source, { path: `${folder}/${name}.deb`, epochS })).path;
  return {
    current: await write("current", contents),
    previous: await write("previous", older(contents)),
    next: await write(
      "next",
      changed(contents, { version: "99.0", settings: (text) => `${text}\n# Of a newer release.\n` }),
    ),
    foreign: await write("foreign", foreign),
    version: contents.control["Version"] ?? "",
  };
}

/** The current package once more, from the beginning, and where it is. */
export async function buildAgain(folder: string): Promise<string> {
  const executable = `${folder}/coachiq-linux-${ownTarget()}`;
  const contents = await packageContents({ root, target: ownTarget(), executable, epochS });
  return (await packDeb(contents, { path: `${folder}/again.deb`, epochS })).path;
}

function older(source: DebianPackage): DebianPackage {
  const package_ = changed(source, {
    version: "0.0.1~test",
    settings: (text) => `${text}\n# Of an older release.\n`,
  });
  return {
    ...package_,
    files: package_.files.map((file) =>
      file.path.endsWith("/coachiq.service") ? edited(file, (text) => `# Of an older release.\n${text}`) : file
    ),
  };
}

function changed(
  source: DebianPackage,
  how: { readonly version: string; readonly settings: (text: string) => string },
): DebianPackage {
  return {
    ...source,
    control: { ...source.control, Version: how.version },
    files: source.files.map((file) => {
      if (source.conffiles.includes(file.path)) return edited(file, how.settings);
      if (file.path.endsWith("/coachiq/coachiq")) return edited(file, () => `#!/bin/sh\necho ${how.version}\n`);
      return file;
    }),
  };
}

function edited(file: PackageFile, edit: (text: string) => string): PackageFile {
  if (!("data" in file)) throw new Error(`Cannot edit "${file.path}": it is a link`);
  return { ...file, data: new TextEncoder().encode(edit(new TextDecoder().decode(file.data))) };
}
