import { createHash } from "node:crypto";
import { runCommand } from "../compile/run_command.ts";
import type { DebianPackage, PackageFile } from "./package_file.ts";

/** A written package. */
export interface WrittenPackage {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a package by `dpkg-deb`. The same package and time give the same bytes.
 *
 * @param options.path the file to write; what is there is replaced.
 * @param options.epochS the time that every file inside carries, seconds since 1970.
 * @throws when `dpkg-deb` is not there or refuses.
 */
export async function packDeb(
  source: DebianPackage,
  options: { readonly path: string; readonly epochS: number },
): Promise<WrittenPackage> {
  const { path, epochS } = options;
  const folder = await Deno.makeTempDir({ prefix: "coachiq-deb-" });
  try {
    const tree = `${folder}/tree`;
    for (const file of source.files) await place(file, tree);
    await writeControl(source, `${tree}/DEBIAN`);
    await settle(tree, epochS);
    // What is inside is compressed already, so gzip costs little; xz gives other bytes on a machine with one core.
    await runCommand("env", {
      args: [
        `SOURCE_DATE_EPOCH=${epochS}`,
        "dpkg-deb",
        "--root-owner-group",
        "-Zgzip",
        "-z6",
        "--build",
        tree,
        `${folder}/package.deb`,
      ],
    });
    const whole = await Deno.readFile(`${folder}/package.deb`);
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeFile(`${path}.half`, whole);
    await Deno.rename(`${path}.half`, path);
    return { path, bytes: whole.length, sha256: createHash("sha256").update(whole).digest("hex") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function place(file: PackageFile, tree: string): Promise<void> {
  const path = `${tree}${file.path}`;
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  if ("link" in file) return await Deno.symlink(file.link, path);
  await Deno.writeFile(path, file.data);
  await Deno.chmod(path, file.mode);
}

async function writeControl({ control, files, conffiles, scripts }: DebianPackage, folder: string): Promise<void> {
  await Deno.mkdir(folder);
  // As dpkg-gencontrol counts: whole KiB of each file, one for each folder and link.
  const sizes = files.map((file) => "data" in file ? Math.ceil(file.data.length / 1024) : 1);
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  const installedKiB = sizes.reduce((sum, size) => sum + size, folders.size);
  const fields = Object.entries({ ...control, "Installed-Size": String(installedKiB) });
  const write = async (name: string, text: string, mode: number) => {
    if (text === "") return;
    await Deno.writeTextFile(`${folder}/${name}`, text);
    await Deno.chmod(`${folder}/${name}`, mode);
  };
  await write("control", fields.map(([name, value]) => `${name}: ${value}\n`).join(""), 0o644);
  await write("conffiles", conffiles.map((path) => `${path}\n`).join(""), 0o644);
  const sums = files.flatMap((file) =>
    "link" in file || conffiles.includes(file.path)
      ? []
      : [`${createHash("md5").update(file.data).digest("hex")}  ${file.path.slice(1)}\n`]
  );
  await write("md5sums", sums.sort().join(""), 0o644);
  for (const [name, text] of Object.entries(scripts)) await write(name, text, 0o755);
}

/** Every folder above a path. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Modes of folders and times of everything, whatever the umask and the hour of the build are. */
async function settle(path: string, epochS: number): Promise<void> {
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(path)) {
    if (isDirectory) await settle(`${path}/${name}`, epochS);
    // The time of a link is left to dpkg-deb, which takes none that is later than SOURCE_DATE_EPOCH.
    else if (!isSymlink) await Deno.utime(`${path}/${name}`, epochS, epochS);
  }
  await Deno.chmod(path, 0o755);
  await Deno.utime(path, epochS, epochS);
}
