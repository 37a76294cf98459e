import { CpioWriter } from "./cpio.ts";
import { KernelModules, listFiles } from "./kernel_modules.ts";
import { ARCH_NAMES, commandExists, DebianPackages, run, type VmArch } from "./packages.ts";

/** What a boot needs, on disk. */
export interface VmParts {
  readonly kernelPath: string;
  /** Uncompressed archive of everything that does not change between runs: busybox, modules, can-utils, Deno. */
  readonly initramfsPath: string;
  /** Archive of busybox and what the kernel needs to find a disk: for machines that live on one. */
  readonly diskInitramfsPath: string;
  /** What lies in `/lib/modules` of a machine that lives on a disk. */
  readonly modulesDir: string;
}

/**
 * Kernel modules, by the file in `etc/` that lists them: those of the CAN tests are loaded at every boot, those of a
 * disk when a script does. What they depend on is read from the modules themselves.
 */
const MODULES = {
  "modules": ["can", "can-raw", "can-dev", "vcan"],
  "modules-disk": ["virtio-pci", "virtio-blk", "loop", "crc32c-generic", "ext4"],
} as const;

/** Modules of a machine that lives on a disk; its own udev and modprobe load them. */
const SYSTEM_MODULES = [...MODULES.modules, ...MODULES["modules-disk"], "virtio-net", "virtio-console"] as const;

const PROGRAMS = ["usr/bin/cansend", "usr/bin/candump", "usr/bin/cangen"] as const;

/** Libraries of `deno` (as `ldd` lists them) and of can-utils. */
const LIBRARIES = ["libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libgcc_s.so.1"] as const;

/** Raised when what this file puts into the archive changes. */
const RECIPE = 5;

/** Folder of the downloads: `$XDG_CACHE_HOME/coachiq-vm`, else `.cache/vm` of the repository (ignored by git). */
export function vmCacheDir(): string {
  const xdg = Deno.env.get("XDG_CACHE_HOME");
  return xdg ? `${xdg}/coachiq-vm` : new URL("../../.cache/vm", import.meta.url).pathname;
}

/** Why this machine cannot boot `arch`, in a sentence; undefined when it can. */
export async function whyNot(arch: VmArch): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return `the virtual machine needs Linux, this is ${Deno.build.os}`;
  const names = ARCH_NAMES[arch];
  const missing: string[] = [];
  if (!await commandExists(names.qemu)) missing.push(`${names.qemu} (Debian package ${names.qemuPackage})`);
  if (!await isPrepared(arch)) {
    for (const tool of ["apt-get", "dpkg-deb"]) if (!await commandExists(tool)) missing.push(tool);
    if (Deno.build.arch !== arch && !await commandExists("npm")) missing.push("npm");
  }
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

/**
 * Downloads what `arch` needs, once, and builds the part of the initramfs that stays the same.
 *
 * @throws when a download fails or a package does not hold what it should.
 */
export function prepareVm(arch: VmArch, log: (line: string) => void = () => {}): Promise<VmParts> {
  return oneAtATime(arch, () => makeParts(arch, log));
}

/** Waits until nobody else makes the parts of this name: files of tests run side by side, and would make them twice. */
export async function oneAtATime<T>(name: string, make: () => Promise<T>): Promise<T> {
  await Deno.mkdir(vmCacheDir(), { recursive: true });
  using file = await Deno.open(`${vmCacheDir()}/${name}.lock`, { create: true, write: true });
  await file.lock(true);
  return await make();
}

async function makeParts(arch: VmArch, log: (line: string) => void): Promise<VmParts> {
  const dir = partsDir(arch);
  const parts = {
    kernelPath: `${dir}/vmlinuz`,
    initramfsPath: `${dir}/base.cpio`,
    diskInitramfsPath: `${dir}/disk.cpio`,
    modulesDir: `${dir}/modules`,
  };
  if (await isPrepared(arch)) return parts;
  const work = await Deno.makeTempDir({ dir: vmCacheDir(), prefix: `prepare-${arch}-` });
  try {
    log(`Downloading Debian's kernel, busybox and can-utils for ${arch}`);
    const root = await unpackPackages(arch, work);
    log(`Building the initramfs for ${arch}`);
    const staged = `${work}/parts`;
    await Deno.mkdir(staged);
    await Deno.rename(await findKernel(root), `${staged}/vmlinuz`);
    const modules = await KernelModules.of(root);
    await buildDiskInitramfs({ root, modules, target: `${staged}/disk.cpio` });
    await modules.copyTree(SYSTEM_MODULES, `${staged}/modules`);
    await buildBase({ arch, root, work, modules, target: `${staged}/base.cpio` });
    await Deno.rename(staged, dir);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return parts;
}

function partsDir(arch: VmArch): string {
  return `${vmCacheDir()}/${arch}-deno${Deno.version.deno}-recipe${RECIPE}`;
}

async function isPrepared(arch: VmArch): Promise<boolean> {
  return await exists(`${partsDir(arch)}/base.cpio`);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function unpackPackages(arch: VmArch, work: string): Promise<string> {
  const { debian } = ARCH_NAMES[arch];
  const packages = new DebianPackages(`${work}/apt`, debian);
  await packages.update();
  const kernel = await packages.resolveMeta(`linux-image-${debian}`, /^linux-image-\d/);
  const root = `${work}/root`;
  await packages.unpack([kernel, "busybox-static", "can-utils", "libc6", "libgcc-s1"], root);
  return root;
}

async function findKernel(root: string): Promise<string> {
  for await (const entry of Deno.readDir(`${root}/boot`)) {
    if (entry.name.startsWith("vmlinuz-")) return `${root}/boot/${entry.name}`;
  }
  throw new Error(`Cannot find the kernel: the package holds no "boot/vmlinuz-…"`);
}

interface BaseOptions {
  readonly arch: VmArch;
  readonly root: string;
  readonly work: string;
  readonly modules: KernelModules;
  readonly target: string;
}

async function buildBase({ arch, root, work, modules, target }: BaseOptions): Promise<void> {
  const cpio = new CpioWriter();
  for (const folder of ["dev", "proc", "sys", "tmp", "root", "etc"]) {
    cpio.add({ path: folder, kind: "directory", mode: 0o755 });
  }
  cpio.add({ path: "dev/console", kind: "charDevice", mode: 0o600, device: [5, 1] });
  cpio.add({ path: "etc/passwd", kind: "file", mode: 0o644, content: text("root:x:0:0:root:/root:/bin/sh\n") });
  cpio.add({ path: "etc/hosts", kind: "file", mode: 0o644, content: text("127.0.0.1 localhost\n") });
  await addFile(cpio, { path: "bin/busybox", from: await busybox(root) });
  for (const program of PROGRAMS) {
    await addFile(cpio, { path: `bin/${baseName(program)}`, from: `${root}/${program}` });
  }
  await addFile(cpio, { path: "bin/deno", from: await denoBinary(arch, work) });
  const libraries = await listFiles(root, /(^|\/)(lib[a-z_]+\.so\.\d+|ld-linux[^/]*\.so\.\d+)$/);
  for (const name of LIBRARIES) {
    const from = libraries.find((path) => baseName(path) === name);
    if (from === undefined) throw new Error(`Cannot build the initramfs: no "${name}" in the packages for ${arch}`);
    await addFile(cpio, { path: `lib/${name}`, from });
  }
  const loader = libraries.find((path) => baseName(path).startsWith("ld-linux"));
  if (loader === undefined) throw new Error(`Cannot build the initramfs: no dynamic loader in libc6 for ${arch}`);
  const loaderDir = arch === "x86_64" ? "lib64" : "lib";
  await addFile(cpio, { path: `${loaderDir}/${baseName(loader)}`, from: loader });
  await addModules(cpio, { modules, lists: ["modules", "modules-disk"] });
  using file = await Deno.open(target, { write: true, createNew: true });
  for (const chunk of cpio.finish()) await writeAll(file, chunk);
}

/** Adds the modules and the files in `etc/` that list them in the order in which they must be loaded. */
async function addModules(
  cpio: CpioWriter,
  { modules, lists }: { readonly modules: KernelModules; readonly lists: readonly (keyof typeof MODULES)[] },
): Promise<void> {
  for (const list of lists) {
    const files = await modules.inOrder(MODULES[list]);
    for (const { name, path } of files) {
      cpio.add({ path: `lib/modules/${name}`, kind: "file", mode: 0o644, content: await Deno.readFile(path) });
    }
    const content = text(files.map(({ name }) => `${name}\n`).join(""));
    cpio.add({ path: `etc/${list}`, kind: "file", mode: 0o644, content });
  }
}

const DISK_INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /disk
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r module; do insmod /lib/modules/$module; done < /etc/modules-disk
mount -t ext4 /dev/vda /disk || poweroff -f
for word in $(cat /proc/cmdline); do case $word in then=*) then=\${word#then=} ;; esac; done
if [ -n "$then" ]; then
  mount -t proc proc /disk/proc
  chroot /disk "$then"
  umount /disk/proc
  umount /disk
  poweroff -f
fi
umount /proc
exec switch_root /disk /sbin/init
`;

/** Mounts `/dev/vda` and hands over to its `/sbin/init`, or to the program that `then=` names, and ends. */
async function buildDiskInitramfs(
  { root, modules, target }: { readonly root: string; readonly modules: KernelModules; readonly target: string },
): Promise<void> {
  const cpio = new CpioWriter();
  for (const path of ["dev", "bin", "etc"]) cpio.add({ path, kind: "directory", mode: 0o755 });
  cpio.add({ path: "dev/console", kind: "charDevice", mode: 0o600, device: [5, 1] });
  cpio.add({ path: "init", kind: "file", mode: 0o755, content: text(DISK_INIT) });
  await addFile(cpio, { path: "bin/busybox", from: await busybox(root) });
  await addModules(cpio, { modules, lists: ["modules-disk"] });
  using file = await Deno.open(target, { write: true, createNew: true });
  for (const chunk of cpio.finish()) await writeAll(file, chunk);
}

async function busybox(root: string): Promise<string> {
  return await firstOf([`${root}/bin/busybox`, `${root}/usr/bin/busybox`]);
}

async function denoBinary(arch: VmArch, work: string): Promise<string> {
  if (Deno.build.arch === arch && await runsOnDebian(Deno.execPath())) return Deno.execPath();
  await run("npm", { args: ["pack", "--silent", `${ARCH_NAMES[arch].npm}@${Deno.version.deno}`], cwd: work });
  for await (const entry of Deno.readDir(work)) {
    if (!entry.name.endsWith(".tgz")) continue;
    await run("tar", { args: ["-xzf", entry.name, "package/deno"], cwd: work });
    return `${work}/package/deno`;
  }
  throw new Error(`Cannot get the Deno binary for ${arch}: npm pack left no archive`);
}

/** True for a `deno` with the usual dynamic loader; NixOS's has another, and a compiled program is not `deno`. */
async function runsOnDebian(path: string): Promise<boolean> {
  if (!baseName(path).startsWith("deno")) return false;
  using file = await Deno.open(path);
  const head = new Uint8Array(4096);
  const length = await file.read(head) ?? 0;
  return /\0\/lib(64)?\/ld-linux-[a-z0-9_-]+\.so\.\d\0/.test(
    new TextDecoder("latin1").decode(head.subarray(0, length)),
  );
}

async function firstOf(paths: readonly string[]): Promise<string> {
  for (const path of paths) if (await exists(path)) return path;
  throw new Error(`Cannot build the initramfs: found none of ${paths.map(baseName).join(", ")} in the packages`);
}

async function addFile(cpio: CpioWriter, options: { path: string; from: string }): Promise<void> {
  cpio.add({ path: options.path, kind: "file", mode: 0o755, content: await Deno.readFile(options.from) });
}

/** Writes everything; a file's `write` may take less than it is given. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

if (import.meta.main) {
  for (const arch of ["x86_64", "aarch64"] as const) {
    const reason = await whyNot(arch);
    if (reason === undefined) console.log(`${arch}: ${(await prepareVm(arch, console.log)).initramfsPath}`);
    else console.error(`${arch}: ${reason}`);
  }
}
