/**
 * A Debian system with systemd as its init, made by debootstrap, as the image of a disk. Made once and kept beside the
 * other parts of the virtual machines.
 *
 * @module
 */
import { ARCH_NAMES, commandExists, run, type VmArch } from "./packages.ts";
import { oneAtATime, prepareVm, vmCacheDir, type VmParts, whyNot } from "./prepare.ts";
import { enabledUnits, maskedUnits, releaseFolder, systemFiles } from "./system_files.ts";

/** Raised when what this file or `system_files.ts` puts into the image changes. */
const RECIPE = 3;

const packages = ["systemd", "systemd-sysv", "dbus", "udev", "kmod", "iproute2", "can-utils"];
const imageMiB = 2048;
const unread = ["usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists"];

/**
 * What the scripts of Debian's packages would have written, as far as a boot needs it. The rest is made at the boot by
 * systemd-sysusers and systemd-tmpfiles.
 */
const writtenByScripts = [
  { from: "usr/share/base-passwd/passwd.master", to: "etc/passwd" },
  { from: "usr/share/base-passwd/group.master", to: "etc/group" },
  { from: "usr/share/libc-bin/nsswitch.conf", to: "etc/nsswitch.conf" },
] as const;

/** Why this machine cannot make or boot the system, in a sentence; undefined when it can. */
export async function whyNoSystem(arch: VmArch): Promise<string | undefined> {
  const reason = await whyNot(arch);
  if (reason !== undefined || await exists(imagePath(arch))) return reason;
  if (Deno.uid() !== 0) return "debootstrap needs root";
  return await commandExists("debootstrap") ? undefined : "not installed: debootstrap";
}

/** What a machine boots from. */
export interface SystemParts extends VmParts {
  /** ext4 on the whole disk. Never written to: each machine works on a copy. */
  readonly imagePath: string;
}

/**
 * Downloads what `arch` needs, and makes the image, once.
 *
 * @throws when a download or a step of debootstrap fails.
 */
export function prepareSystem(arch: VmArch, log: (line: string) => void = () => {}): Promise<SystemParts> {
  return oneAtATime(`system-${arch}`, () => makeSystem(arch, log));
}

async function makeSystem(arch: VmArch, log: (line: string) => void): Promise<SystemParts> {
  const parts = { ...await prepareVm(arch, log), imagePath: imagePath(arch) };
  if (await exists(parts.imagePath)) return parts;
  const work = await Deno.makeTempDir({ dir: vmCacheDir(), prefix: `prepare-system-${arch}-` });
  try {
    log(`Making a Debian tree for ${arch}`);
    const tree = `${work}/tree`;
    const isForeign = Deno.build.arch !== arch;
    await debootstrap(arch, { tree, isForeign });
    if (isForeign) await unpackTheRest(tree);
    await furnish(tree, parts);
    const image = `${work}/disk.img`;
    await makeImage({ folder: tree, path: image, mebibytes: imageMiB });
    await Deno.rename(image, parts.imagePath);
  } finally {
    await run("rm", { args: ["-rf", "--one-file-system", work] });
  }
  return parts;
}

function imagePath(arch: VmArch): string {
  return `${vmCacheDir()}/system-${arch}-recipe${RECIPE}.img`;
}

async function debootstrap(arch: VmArch, { tree, isForeign }: { tree: string; isForeign: boolean }): Promise<void> {
  const { mirror, suite } = await debianMirror();
  await run("debootstrap", {
    args: [
      ...(isForeign ? ["--foreign"] : []),
      `--arch=${ARCH_NAMES[arch].debian}`,
      "--variant=minbase",
      `--include=${packages.join(",")}`,
      ...[suite, tree, mirror],
    ],
  });
}

/** Where this machine gets its own packages, and of which release. */
async function debianMirror(): Promise<{ readonly mirror: string; readonly suite: string }> {
  const args = ["indextargets", "--format", "$(ORIGIN) $(COMPONENT) $(CODENAME) $(REPO_URI)", "Created-By: Packages"];
  const rows = (await run("apt-get", { args })).split("\n").map((line) => line.split(" "));
  const found = rows.find(([origin, component, codename]) =>
    origin === "Debian" && component === "main" && codename !== undefined && !codename.includes("-")
  );
  const [, , suite, mirror] = found ?? [];
  if (suite === undefined || mirror === undefined) {
    throw new Error("Cannot make a Debian tree: apt of this machine names no Debian archive");
  }
  return { mirror, suite };
}

/**
 * Finishes the tree of a machine that is not ours: its second stage would run every package's scripts, for minutes under
 * emulation. The packages are unpacked instead.
 */
async function unpackTheRest(tree: string): Promise<void> {
  const archives = `${tree}/var/cache/apt/archives`;
  for await (const { name } of Deno.readDir(archives)) {
    if (!name.endsWith(".deb")) continue;
    const unpack = `dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --numeric-owner -C "$2"`;
    await run("sh", { args: ["-c", unpack, "sh", `${archives}/${name}`, tree] });
  }
  for (const { from, to } of writtenByScripts) {
    await Deno.copyFile(`${tree}/${from}`, `${tree}/${to}`);
  }
  await link(tree, { path: "/usr/bin/awk", target: "mawk" });
  await Deno.mkdir(`${tree}/var/log/journal`, { recursive: true });
  await Deno.remove(`${tree}/debootstrap`, { recursive: true });
  // Inside a container debootstrap puts a link in the place of /proc until its second stage is over.
  if ((await Deno.lstat(`${tree}/proc`)).isSymlink) {
    await Deno.remove(`${tree}/proc`);
    await Deno.mkdir(`${tree}/proc`);
  }
}

/** Puts our files, links and kernel modules into the tree. */
async function furnish(tree: string, parts: VmParts): Promise<void> {
  for (const file of systemFiles) await write(tree, file);
  for (const { unit, wantedBy } of enabledUnits) {
    await link(tree, { path: `/etc/systemd/system/${wantedBy}.wants/${baseName(unit)}`, target: unit });
  }
  for (const unit of maskedUnits) await link(tree, { path: `/etc/systemd/system/${unit}`, target: "/dev/null" });
  await Deno.mkdir(`${tree}${releaseFolder}`, { recursive: true });
  for (const folder of unread) await Deno.remove(`${tree}/${folder}`, { recursive: true });
  await run("cp", { args: ["-r", `${parts.modulesDir}/lib/modules`, `${tree}/usr/lib/`] });
}

async function write(tree: string, { path, text, mode }: { path: string; text: string; mode?: number }) {
  await Deno.mkdir(`${tree}${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(`${tree}${path}`, text);
  await Deno.chmod(`${tree}${path}`, mode ?? 0o644);
}

async function link(tree: string, { path, target }: { readonly path: string; readonly target: string }) {
  await Deno.mkdir(`${tree}${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.symlink(target, `${tree}${path}`);
}

/** Makes an ext4 image that holds the folder; no root and no loop device are needed. */
export async function makeImage(
  { folder, path, mebibytes }: { readonly folder: string; readonly path: string; readonly mebibytes: number },
): Promise<void> {
  const tool = await commandExists("mke2fs") ? "mke2fs" : "/usr/sbin/mke2fs";
  await run(tool, { args: ["-q", "-F", "-t", "ext4", "-b", "4096", "-d", folder, path, `${mebibytes}M`] });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

if (import.meta.main) {
  for (const arch of ["x86_64", "aarch64"] as const) {
    const reason = await whyNoSystem(arch);
    if (reason === undefined) console.log(`${arch}: ${(await prepareSystem(arch, console.log)).imagePath}`);
    else console.error(`${arch}: ${reason}`);
  }
}
