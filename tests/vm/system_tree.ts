/**
 * A Debian system with systemd as its init, made by debootstrap, as the image of a disk. Made once and kept beside the
 * other parts of the virtual machines.
 *
 * @module
 */
import { ARCH_NAMES, commandExists, run, type VmArch } from "./packages.ts";
import { prepareVm, vmCacheDir, type VmParts, whyNot } from "./prepare.ts";
import { qemuMachineArgs } from "./qemu_machine.ts";
import { enabledUnits, maskedUnits, releaseFolder, systemFiles } from "./system_files.ts";

/** Raised when what this file or `system_files.ts` puts into the image changes. */
const RECIPE = 2;

const packages = ["systemd", "systemd-sysv", "dbus", "udev", "kmod", "iproute2", "can-utils"];
const imageMiB = 2048;

/** Run inside, once, when the machine of the tree is another than ours. */
const secondStage = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
echo force-unsafe-io > /etc/dpkg/dpkg.cfg.d/unsafe
/debootstrap/debootstrap --second-stage > /root/second-stage.log 2>&1 && echo '@@TREE-READY' || tail -n 20 /root/second-stage.log
rm -rf /etc/dpkg/dpkg.cfg.d/unsafe /second-stage /root/second-stage.log
rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale
`;

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
export async function prepareSystem(arch: VmArch, log: (line: string) => void = () => {}): Promise<SystemParts> {
  const parts = { ...await prepareVm(arch, log), imagePath: imagePath(arch) };
  if (await exists(parts.imagePath)) return parts;
  const work = await Deno.makeTempDir({ dir: vmCacheDir(), prefix: `prepare-system-${arch}-` });
  try {
    log(`Making a Debian tree for ${arch}`);
    const tree = `${work}/tree`;
    const isForeign = Deno.build.arch !== arch;
    await debootstrap(arch, { tree, isForeign });
    await furnish(tree, parts);
    if (isForeign) await write(tree, { path: "/second-stage", text: secondStage, mode: 0o755 });
    else await removeUnread(tree);
    const image = `${work}/disk.img`;
    await makeImage({ folder: tree, path: image, mebibytes: imageMiB });
    if (isForeign) {
      log(`Letting the tree for ${arch} configure itself in its machine`);
      await runSecondStage(arch, { ...parts, imagePath: image });
    }
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

/** Puts our files, links and kernel modules into the tree. */
async function furnish(tree: string, parts: VmParts): Promise<void> {
  for (const file of systemFiles) await write(tree, file);
  for (const { unit, wantedBy } of enabledUnits) {
    await link(tree, { path: `/etc/systemd/system/${wantedBy}.wants/${baseName(unit)}`, target: unit });
  }
  for (const unit of maskedUnits) await link(tree, { path: `/etc/systemd/system/${unit}`, target: "/dev/null" });
  await Deno.mkdir(`${tree}${releaseFolder}`, { recursive: true });
  await run("cp", { args: ["-r", `${parts.modulesDir}/lib/modules`, `${tree}/usr/lib/`] });
}

async function removeUnread(tree: string): Promise<void> {
  for (const folder of ["usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists"]) {
    await Deno.remove(`${tree}/${folder}`, { recursive: true });
  }
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

async function runSecondStage(arch: VmArch, parts: SystemParts): Promise<void> {
  const { stdout } = await new Deno.Command(ARCH_NAMES[arch].qemu, {
    args: [
      ...qemuMachineArgs(arch, { memoryMiB: 1024, append: "then=/second-stage" }),
      ...["-nic", "none", "-serial", "stdio"],
      ...["-kernel", parts.kernelPath, "-initrd", parts.diskInitramfsPath],
      ...["-drive", `file=${parts.imagePath},format=raw,if=virtio,cache=unsafe`],
    ],
    stdin: "null",
    signal: AbortSignal.timeout(900_000),
  }).output();
  const console = new TextDecoder().decode(stdout);
  if (!console.includes("@@TREE-READY")) {
    throw new Error(`Cannot make the Debian tree for ${arch}: its second stage did not end well:\n${console}`);
  }
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
