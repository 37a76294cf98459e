/**
 * Boots Debian's kernel under QEMU with a few files and runs one shell script inside: tests in a real kernel, with
 * vcan, on machines whose own kernel has no CAN. Plain emulation, so that it works anywhere.
 *
 * @module
 */
import { consoleLines } from "./console_lines.ts";
import { CpioWriter } from "./cpio.ts";
import { ARCH_NAMES, type VmArch } from "./packages.ts";
import { prepareVm, vmCacheDir, writeAll } from "./prepare.ts";
import { qemuMachineArgs } from "./qemu_machine.ts";

export type { VmArch } from "./packages.ts";

/** Lines that begin so are for the host: the rest of the line is one JSON object ({@link VmResult}). */
const RESULT_MARK = "@@VM-RESULT ";
const EXIT_MARK = "@@VM-EXIT ";

/** One line of result from inside. */
export interface VmResult {
  readonly name: string;
  /** `pass`, `fail` with `message`, or `info` with any other values. */
  readonly outcome: "pass" | "fail" | "info";
  readonly message?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** What {@link bootVm} needs. */
export interface BootOptions {
  readonly arch: VmArch;
  /**
   * Shell script (busybox `sh`), run as root in `/vm`. `cansend`, `candump`, `cangen`, `deno` and busybox's `ip` are on
   * the PATH, the CAN modules are loaded, `lo` is up. Report with `result pass|fail NAME [MESSAGE]`, or print
   * `@@VM-RESULT {"name":…,"outcome":…}`.
   */
  readonly script: string;
  /** Path inside the machine → content, or a file or folder of the host. */
  readonly files?: Readonly<Record<string, Uint8Array | string | { readonly hostPath: string }>>;
  /** The machine is killed after this time, ms. */
  readonly timeoutMs?: number;
  readonly memoryMiB?: number;
  /** See {@link QemuMachineOptions}. */
  readonly countsInstructions?: boolean;
  /** Unix sockets of network block devices: `/dev/vda`, … once a script has loaded `/etc/modules-disk`. */
  readonly diskSockets?: readonly string[];
  readonly signal?: AbortSignal;
  /** Aborted, the machine is gone at once, as when its power is cut. */
  readonly powerCut?: AbortSignal;
  /** Called with every line of the serial console. */
  readonly onLine?: (line: string) => void;
}

/** What came out of the machine. */
export interface VmRun {
  /** Everything on the serial console, in order. */
  readonly lines: readonly string[];
  readonly results: readonly VmResult[];
  /** Exit code of the script; undefined when the machine ended without it (time-out, kernel panic). */
  readonly exitCode: number | undefined;
  readonly bootMs: number;
}

const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /usr/bin /usr/sbin /sbin
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm /dev/pts /run
mount -t tmpfs shm /dev/shm
mount -t devpts pts /dev/pts
dmesg -n 1
while read -r module; do insmod /lib/modules/$module; done < /etc/modules
ip link set lo up
export HOME=/root PATH=/bin:/sbin:/usr/bin:/usr/sbin DENO_DIR=/root/deno NO_COLOR=1 DENO_NO_UPDATE_CHECK=1
cd /vm
echo "${EXIT_MARK}booted"
sh /vm/run.sh
code=$?
echo
echo "${EXIT_MARK}$code"
sync
poweroff -f
`;

const SCRIPT_HEAD = `result() {
  outcome=$1; name=$2; message=$(printf '%s' "$3" | tr '"\\\\\\n\\r\\t' "''   ")
  echo; echo '${RESULT_MARK}{"name":"'"$name"'","outcome":"'"$outcome"'","message":"'"$message"'"}'
}
`;

/**
 * Boots a machine, runs the script, powers off.
 *
 * @throws when the parts cannot be downloaded, or QEMU cannot be started.
 */
export async function bootVm(options: BootOptions): Promise<VmRun> {
  const parts = await prepareVm(options.arch);
  await removeLeftovers();
  const initramfs = await Deno.makeTempFile({ dir: vmCacheDir(), prefix: "run-", suffix: ".cpio" });
  try {
    await Deno.copyFile(parts.initramfsPath, initramfs);
    using file = await Deno.open(initramfs, { append: true });
    for (const chunk of await overlay(options)) await writeAll(file, chunk);
    return await runQemu(options, { kernel: parts.kernelPath, initramfs });
  } finally {
    await Deno.remove(initramfs);
  }
}

/** A test run that was killed leaves its initramfs behind, 100 MB each. */
async function removeLeftovers(): Promise<void> {
  const oldest = Date.now() - 3_600_000;
  for await (const { name } of Deno.readDir(vmCacheDir())) {
    if (!/^(run|prepare)-/.test(name)) continue;
    const path = `${vmCacheDir()}/${name}`;
    const { mtime } = await Deno.lstat(path).catch(() => ({ mtime: null }));
    if (mtime && mtime.getTime() < oldest) await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}

async function overlay(options: BootOptions): Promise<readonly Uint8Array[]> {
  const cpio = new CpioWriter();
  const encode = (text: string) => new TextEncoder().encode(text);
  cpio.add({ path: "init", kind: "file", mode: 0o755, content: encode(INIT) });
  cpio.add({ path: "vm/run.sh", kind: "file", mode: 0o755, content: encode(SCRIPT_HEAD + options.script) });
  for (const [path, source] of Object.entries(options.files ?? {})) {
    const inside = path.replace(/^\/+/, "");
    if (typeof source === "string") cpio.add({ path: inside, kind: "file", mode: 0o755, content: encode(source) });
    else if (source instanceof Uint8Array) cpio.add({ path: inside, kind: "file", mode: 0o755, content: source });
    else await addFromHost(cpio, { inside, hostPath: source.hostPath });
  }
  return cpio.finish();
}

async function addFromHost(cpio: CpioWriter, { inside, hostPath }: { inside: string; hostPath: string }) {
  const info = await Deno.lstat(hostPath);
  if (info.isSymlink) {
    const target = new TextEncoder().encode(await Deno.readLink(hostPath));
    cpio.add({ path: inside, kind: "symlink", mode: 0o777, content: target });
  } else if (info.isFile) {
    const mode = (info.mode ?? 0o644) & 0o777;
    cpio.add({ path: inside, kind: "file", mode, content: await Deno.readFile(hostPath) });
  } else if (info.isDirectory) {
    cpio.add({ path: inside, kind: "directory", mode: 0o755 });
    for await (const entry of Deno.readDir(hostPath)) {
      await addFromHost(cpio, { inside: `${inside}/${entry.name}`, hostPath: `${hostPath}/${entry.name}` });
    }
  }
}

function qemuArgs(options: BootOptions, { kernel, initramfs }: { kernel: string; initramfs: string }): string[] {
  return [
    ...qemuMachineArgs(options.arch, {
      memoryMiB: options.memoryMiB ?? 1024,
      countsInstructions: options.countsInstructions ?? false,
    }),
    ...["-serial", "stdio", "-nic", "none", "-kernel", kernel, "-initrd", initramfs],
    ...(options.diskSockets ?? []).flatMap((socket, index) => [
      ...["-drive", `file=nbd:unix:${socket},format=raw,if=none,id=disk${index},cache=none`],
      ...["-device", `virtio-blk-pci,drive=disk${index},write-cache=on,physical_block_size=4096`],
    ]),
  ];
}

async function runQemu(options: BootOptions, files: { kernel: string; initramfs: string }): Promise<VmRun> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 180_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const startedMs = performance.now();
  const child = new Deno.Command(ARCH_NAMES[options.arch].qemu, {
    args: qemuArgs(options, files),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    signal,
  }).spawn();
  const cutPower = () => child.kill("SIGKILL");
  options.powerCut?.addEventListener("abort", cutPower);
  const lines: string[] = [];
  const results: VmResult[] = [];
  let exitCode: number | undefined;
  let bootMs = 0;
  for await (const line of consoleLines(child.stdout)) {
    lines.push(line);
    options.onLine?.(line);
    if (line.startsWith(RESULT_MARK)) results.push(JSON.parse(line.slice(RESULT_MARK.length)));
    else if (line === `${EXIT_MARK}booted`) bootMs = performance.now() - startedMs;
    else if (line.startsWith(EXIT_MARK)) exitCode = Number(line.slice(EXIT_MARK.length));
  }
  options.powerCut?.removeEventListener("abort", cutPower);
  await child.status;
  return { lines, results, exitCode, bootMs };
}
